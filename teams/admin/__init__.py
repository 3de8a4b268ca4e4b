"""People, teams, working hours and presence in the admin; settings, invitations, and the log of who did what."""

from teams.admin import (
    audit,
    hidden,
    invitations,
    keeping,
    notices,
    people,
    presence,
    schedules,
    settings,
    teams,
    tokens,
)

__all__ = [
    "audit",
    "hidden",
    "invitations",
    "keeping",
    "notices",
    "people",
    "presence",
    "schedules",
    "settings",
    "teams",
    "tokens",
]
