"""Conversations in the admin: their verbs as buttons, and everything they consist of to look at."""

from conversations.admin import contacts, conversation, health, labels, lists, records, rounds, sending, writing

__all__ = ["contacts", "conversation", "health", "labels", "lists", "records", "rounds", "sending", "writing"]
