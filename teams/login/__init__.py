"""Logging in: passwords, second factors, single sign-on, sessions. By django-allauth, whose stages every way in takes.

The lock after wrong passwords is django-axes'. What of it is Monty's own: who must have a second factor, whom single
sign-on lets in, what the audit log is told, and how the pages look.
"""
