"""Local stand-ins for the four providers, and the phones of their customers. An app only where the demo is.

Nothing outside the demo and the tests knows of it. One rule keeps it from waiting for itself: no request to it ever
makes a request. Whatever goes out (webhooks, files behind links) is a row that a worker sees to.
"""
