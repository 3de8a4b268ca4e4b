"""The window: how long after the customer's last message (the inquiry) we may answer and reopen.

Asked by everybody who wants to send: page, API, flows, and once more the outbox at dispatch.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from channels_app.adapters.base import Window
from channels_app.models import Channel
from channels_app.rules import window_of
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
    """What is possible now, until when (None: nobody has written yet, or it has passed for good), and why not more.

    `templates`: approved templates may be sent, too. `changes_at`: when less will be possible; None: it stays so.
    """

    reply: Reply
    reopen: bool
    until: datetime | None
    reason: str
    templates: bool = False
    changes_at: datetime | None = None

    def allows(self, sender: SenderKind) -> bool:
        return self.reply == Reply.OPEN or (self.reply == Reply.HUMAN_ONLY and sender == SenderKind.PERSON)

    def demand_reply(self, sender: SenderKind) -> None:
        """Raises WindowShut unless the sender may write freely."""
        if not self.allows(sender):
            possible = ["template"] if self.reply == Reply.TEMPLATE_ONLY else []
            raise WindowShut(self.reason, until=self.until, possible=possible)

    def demand_template(self) -> None:
        """Raises WindowShut unless an approved template may be sent."""
        if not self.templates:
            reason = self.reason or _("This channel has no templates.")
            raise WindowShut(reason, until=self.until, possible=[])

    def demand_reopen(self) -> None:
        """Raises WindowShut unless the conversation may be reopened."""
        if not self.reopen:
            raise WindowShut(self.reason, until=self.until, possible=[])


def policy(channel: Channel, inquiry_at: datetime | None, now: datetime) -> Policy:
    """The channel's rule for an inquiry at this time. No clock of its own; the product's window is a setting."""
    rule = channel.adapter.window
    until = deadline(channel, inquiry_at)
    if inquiry_at is None or until is None:
        return Policy(Reply.SHUT, reopen=False, until=None, reason=_("The customer has not written yet."))
    if now >= until:
        return after(rule, until, channel.label)
    free_until = until if rule.free is None else min(inquiry_at + rule.free, until)
    if now >= free_until:
        reason = _("%(channel)s: only a person may write now, no bot.") % {"channel": channel.label}
        return Policy(Reply.HUMAN_ONLY, reopen=True, until=until, reason=reason, changes_at=until)
    return Policy(Reply.OPEN, reopen=True, until=until, reason="", templates=rule.template_after, changes_at=free_until)


def after(rule: Window, until: datetime, label: str) -> Policy:
    if rule.template_after:
        reason = _("%(channel)s: the time to answer has passed; only approved templates may be sent.")
        return Policy(
            Reply.TEMPLATE_ONLY, reopen=False, until=until, reason=reason % {"channel": label}, templates=True
        )
    reason = _("%(channel)s: the time to answer has passed.")
    return Policy(Reply.SHUT, reopen=False, until=until, reason=reason % {"channel": label})


def bygone() -> Policy:
    """Of what was said in another program before Monty."""
    return Policy(Reply.SHUT, reopen=False, until=None, reason=_("This was said before Monty: it is here to be read."))


def deadline(channel: Channel, inquiry_at: datetime | None) -> datetime | None:
    """When answering and reopening end: the product's window (or the channel's own), never past the provider's."""
    return None if inquiry_at is None else inquiry_at + length(channel)


def length(channel: Channel) -> timedelta:
    rule = channel.adapter.window
    limits = [channel.window or window_of(channel.kind), rule.human or rule.free]
    return min(limit for limit in limits if limit is not None)
