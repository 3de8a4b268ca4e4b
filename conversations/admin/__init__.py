"""Conversations in the admin: their verbs as buttons, and everything they consist of to look at."""

from conversations.admin import (
    attributes,
    bulk,
    contacts,
    conversation,
    digests,
    health,
    imports,
    labels,
    lists,
    macros,
    records,
    reports,
    rounds,
    sending,
    writing,
)

__all__ = [
    "attributes",
    "bulk",
    "contacts",
    "conversation",
    "digests",
    "health",
    "imports",
    "labels",
    "lists",
    "macros",
    "records",
    "reports",
    "rounds",
    "sending",
    "writing",
]
