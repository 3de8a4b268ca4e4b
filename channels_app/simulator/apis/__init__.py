"""The simulated APIs: one room for what comes in by HTTP as Monty's adapters send it."""
