"""Auto Assign: who gets what waits, why, and what comes back from whoever left."""
