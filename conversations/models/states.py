"""The five states of a conversation, how urgent it is, and why it was taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    OPEN = "open", _("Open")
    ASSIGNED = "assigned", _("Assigned")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    DROPPED = "dropped", _("Dropped")


LIVE = [State.OPEN, State.ASSIGNED, State.REOPENED]
ENDED = [State.CLOSED, State.DROPPED]
ANY = [*LIVE, *ENDED]


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")

    @classmethod
    def named(cls, name: str) -> "Priority":
        """By its name as programs write it."""
        return cls[name.upper()]

    @classmethod
    def by_name(cls) -> list[tuple[str, str]]:
        """For a field in which a person or a program chooses one."""
        return [(each.name.lower(), str(each.label)) for each in cls]


class Absence(models.TextChoices):
    """Why a customer waits for somebody who will not answer now."""

    AWAY = "away", _("went away")
    VANISHED = "vanished", _("was no longer connected")
    SILENT = "silent", _("did not answer in time")
