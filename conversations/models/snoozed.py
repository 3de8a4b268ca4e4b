"""Putting a conversation off: it keeps its state and its teammate, and leaves the inboxes for a while."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.models.states import LIVE
from monty.errors import BadInput
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Teammate

LONGEST = timedelta(days=366)


class Snoozed(Verbs):
    """The part of a conversation that can sleep (the halves that wake it inherit it)."""

    # The other parts'.
    unread: int

    # Since when it sleeps (none: it is awake), and until when (none: until the customer writes).
    snoozed_at = models.DateTimeField(_("snoozed"), null=True, blank=True, editable=False)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @verb(source=LIVE)
    def snooze(self, until: datetime | None, *, by: Teammate | None) -> dict[str, Any]:
        """Put it off until then, or (None) until the customer writes; what they write wakes it at any time.

        Raises BadInput.
        """
        now = timezone.now()
        if until is not None and not now < until <= now + LONGEST:
            raise BadInput(_t("Choose a time within the next year."), field="until")
        if self.snoozed_at is not None and self.snoozed_until == until:
            raise Unchanged
        self.snoozed_at, self.snoozed_until = now, until
        return {"until": until.isoformat() if until else None}

    @verb(source=LIVE, by_hand=False)
    def wake(self, *, by: Teammate | None) -> None:
        """Back into the inboxes: somebody wants it now, or (by Monty) its time has come, which marks it as unread."""
        due = self.snoozed_until is not None and self.snoozed_until <= timezone.now()
        if self.snoozed_at is None or (by is None and not due):
            raise Unchanged
        self.rouse()
        if by is None:
            self.unread = max(self.unread, 1)

    def rouse(self) -> bool:
        """Awake from now on; True if it was not."""
        slept = self.snoozed_at is not None
        self.snoozed_at = self.snoozed_until = None
        return slept
