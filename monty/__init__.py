"""The project: settings and composition (the roof), and what every app stands on (the ground)."""
