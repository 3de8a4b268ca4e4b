"""`make bench`: what Monty costs, beside the floor that the same machine reaches in the same run."""
