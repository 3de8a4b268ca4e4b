"""In which order a list is read. Every order ends in the id, so that a page can go on exactly where one ended."""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

NEVER = Value(datetime(9999, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())
# Who does not wait, and what can no longer be answered, come last. An index holds each of these two as it stands here.
WAITS_SINCE = Coalesce("waiting_since", NEVER)
WINDOW_ENDS = Case(When(window_shut=False, then=Coalesce("window_until", NEVER)), default=NEVER)


class Sort(models.TextChoices):
    """All but the first list only what is live: what has ended neither waits nor runs out of time."""

    NEWEST = "newest", _("Newest")
    WAITING = "waiting", _("Longest waiting")
    WINDOW = "window", _("Window ends first")

    @property
    def key(self) -> Any:
        """The expression for the time by which it sorts; never null."""
        return {Sort.NEWEST: F("last_message_at"), Sort.WAITING: WAITS_SINCE, Sort.WINDOW: WINDOW_ENDS}[self]

    @property
    def falls(self) -> bool:
        """The latest time comes first."""
        return self == Sort.NEWEST
