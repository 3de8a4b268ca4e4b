"""What people fill in, by whichever door: each form with its checks."""
