"""`make chaos`: people at work on a real installation whose processes and connections are killed at random.

Afterwards four promises are looked at, row by row, and the run fails if one is broken. Reads the product from outside
only: by its pages, its API, its sockets and its database.
"""
