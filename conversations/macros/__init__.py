"""Several steps with one press: what they do, and how people read them."""
