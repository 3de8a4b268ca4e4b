"""Answers that leave later: planned, moved, held back, taken away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from channels_app.border import File
from conversations import window
from conversations.models.message import Message
from conversations.models.saved_reply import SavedReply
from conversations.models.scheduled import Held, Plan, Scheduled
from conversations.models.states import ANY, LIVE
from monty.errors import BadInput, VerbNotAllowed, WindowShut
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Teammate

# What is to leave in the window's last moment would come too late.
IN_TIME = timedelta(minutes=1)


class Deferred(Verbs):
    """The part of a conversation that answers later (the halves that make it void inherit it)."""

    # The other parts'.
    scheduled: "models.Manager[Scheduled]"
    window_until: datetime | None

    # There is something that was written for later and has not left: lists and threads ask for it only then.
    sends_later = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True

    def policy(self, now: datetime | None = None) -> window.Policy:
        raise NotImplementedError

    @verb(source=LIVE, by_hand=False)
    def schedule(
        self,
        text: str,
        send_at: datetime,
        *,
        by: Teammate,
        files: tuple[File, ...] = (),
        client_id: UUID | None = None,
        reply_to: Message | None = None,
        saved_reply: SavedReply | None = None,
    ) -> dict[str, Any]:
        """Keep an answer until its time comes. The caller has checked what the channel takes.

        Raises BadInput, WindowShut.
        """
        self.demand_time(send_at)
        row = Scheduled(conversation_id=self.pk, by=by, text=text, send_at=send_at)
        row.reply_to, row.saved_reply = reply_to, saved_reply
        row.client_id = client_id or row.client_id
        row.save()
        row.attach(files)
        self.sends_later = True
        return {"scheduled": [row.pk], "until": send_at.isoformat()}

    @verb(source=LIVE, by_hand=False)
    def reschedule(self, row: Scheduled, send_at: datetime, *, by: Teammate) -> dict[str, Any]:
        """Let it leave at another time, also if it was held back. Raises BadInput, WindowShut, VerbNotAllowed."""
        self.demand_time(send_at)
        if not row.move(send_at):
            raise gone("reschedule")
        return {"scheduled": [row.pk], "until": send_at.isoformat()}

    @verb(source=ANY, by_hand=False)
    def hold(
        self, because: Held, *, by: Teammate | None, only: Scheduled | None = None, reason: str = ""
    ) -> dict[str, Any]:
        """What was to leave later does not, and stays for somebody to decide about. `only`: this one of them."""
        rows = Scheduled.objects.waiting().filter(conversation_id=self.pk)
        rows = rows.filter(pk=only.pk) if only else rows
        numbers = list(rows.values_list("pk", flat=True))
        if not rows.update(state=Plan.HELD, because=because, reason=reason[:300]):
            raise Unchanged
        return {"scheduled": numbers, "held": because} | ({"reason": reason} if reason else {})

    @verb(source=ANY, by_hand=False)
    def unschedule(self, row: Scheduled, *, by: Teammate) -> dict[str, Any]:
        """Away with it, its text and its files. Raises VerbNotAllowed."""
        mine = Scheduled.objects.open().filter(pk=row.pk, conversation_id=self.pk).first()
        if mine is None:
            raise gone("unschedule")
        number = mine.pk
        mine.discard()
        self.sends_later = self.still_sends_later
        return {"scheduled": [number]}

    @property
    def still_sends_later(self) -> bool:
        return Scheduled.objects.open().filter(conversation_id=self.pk).exists()

    @property
    def last_time(self) -> datetime | None:
        """The last moment at which something that was written for later may leave; None: there is none."""
        policy = self.policy()
        return policy.until - IN_TIME if policy.until and policy.allows(window.SenderKind.PERSON) else None

    def hold_back(self, because: Held) -> None:
        """For the verbs that make it void, in their transaction: a verb of its own, so that the thread says it."""
        if self.sends_later:
            # Another copy of the row: this one is in the middle of its change.
            type(self)._base_manager.get(pk=self.pk).hold(because, by=None)

    def inherit_scheduled(self, other: Any) -> None:
        """What was to leave from another conversation leaves from here."""
        if Scheduled.objects.open().filter(conversation=other).update(conversation_id=self.pk):
            self.sends_later = True
            type(self)._base_manager.filter(pk=other.pk).update(sends_later=False)

    def demand_time(self, send_at: datetime) -> None:
        """Raises BadInput, or WindowShut which says until when it is possible."""
        if send_at <= timezone.now():
            raise BadInput(_t("Choose a time that is still to come."), field="send_at")
        self.policy().demand_reply(window.SenderKind.PERSON)
        last = self.last_time
        if last is not None and send_at > last:
            moment = date_format(timezone.localtime(last), "D j M, H:i")
            detail = _t("Possible until %(moment)s: then the time to answer ends.") % {"moment": moment}
            raise WindowShut(detail, until=self.window_until, possible=[])


def gone(verb: str) -> VerbNotAllowed:
    """It has left, or somebody has taken it away."""
    return VerbNotAllowed(_t("This message has been sent or discarded already."), verb=verb, state="", allowed=[])
