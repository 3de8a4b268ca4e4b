"""Contacts, conversations, messages, their timeline and assignment, and the inbox that shows them."""
