"""The five states of a conversation, and how urgent it is."""

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
