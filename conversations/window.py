"""The window: how long after the customer's last message (the inquiry) we may answer and reopen.

Asked by everybody who wants to send: page, API, flows, and once more the outbox at dispatch.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from channels_app.adapters.base import Window
from channels_app.models import Channel
from monty.errors import WindowShut


class Reply(StrEnum):
    OPEN = "open"
    HUMAN_ONLY = "human_only"
    TEMPLATE_ONLY = "template_only"
    SHUT = "shut"


class SenderKind(StrEnum):
    PERSON = "person"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is possible now, until when (None: nobody has written yet, or it has passed for good), and why not more."""

    reply: Reply
    reopen: bool
    until: datetime | None
    reason: str

    def allows(self, sender: SenderKind) -> bool:
        return self.reply == Reply.OPEN or (self.reply == Reply.HUMAN_ONLY and sender == SenderKind.PERSON)

    def demand_reply(self, sender: SenderKind) -> None:
        """Raises WindowShut unless the sender may write freely."""
        if not self.allows(sender):
            possible = ["template"] if self.reply == Reply.TEMPLATE_ONLY else []
            raise WindowShut(self.reason, until=self.until, possible=possible)

    def demand_reopen(self) -> None:
        """Raises WindowShut unless the conversation may be reopened."""
        if not self.reopen:
            raise WindowShut(self.reason, until=self.until, possible=[])


def policy(channel: Channel, inquiry_at: datetime | None, now: datetime) -> Policy:
    """The channel's rule for an inquiry at this time. Pure: no query, no clock of its own."""
    rule = channel.adapter.window
    until = deadline(channel, inquiry_at)
    if inquiry_at is None or until is None:
        return Policy(Reply.SHUT, reopen=False, until=None, reason=_("The customer has not written yet."))
    words = {"channel": channel.label}
    if now >= until:
        return after(rule, until, _("%(channel)s: the time to answer has passed.") % words)
    if rule.free is not None and now >= inquiry_at + rule.free:
        return Policy(
            Reply.HUMAN_ONLY,
            reopen=True,
            until=until,
            reason=_("%(channel)s: only a person may write now, no bot.") % words,
        )
    return Policy(Reply.OPEN, reopen=True, until=until, reason="")


def after(rule: Window, until: datetime, reason: str) -> Policy:
    reply = Reply.TEMPLATE_ONLY if rule.template_after else Reply.SHUT
    return Policy(reply, reopen=False, until=until, reason=reason)


def deadline(channel: Channel, inquiry_at: datetime | None) -> datetime | None:
    """When answering and reopening end: the product's window (or the channel's own), never past the provider's."""
    return None if inquiry_at is None else inquiry_at + length(channel)


def length(channel: Channel) -> timedelta:
    rule = channel.adapter.window
    limits = [channel.window or rule.product, rule.human or rule.free]
    return min(limit for limit in limits if limit is not None)
