"""People: teammates, the teams they share work in, and whether they are there."""
