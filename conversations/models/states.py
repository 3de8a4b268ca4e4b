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


class Absence(models.TextChoices):
    """Why a customer waits for somebody who will not answer now."""

    AWAY = "away", _("went away")
    VANISHED = "vanished", _("was no longer connected")
    SILENT = "silent", _("did not answer in time")
