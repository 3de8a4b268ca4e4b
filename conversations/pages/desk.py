"""What the conversation pane offers right now: its buttons, and whether an answer is possible."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from conversations.models import Conversation, State
from conversations.models.blockable import blocked
from conversations.window import Policy, Reply, SenderKind


@dataclass(frozen=True, slots=True)
class Reopening:
    """The button "Reopen": `pressed` (blue) once it was, `possible` to press it, and until when or why not."""

    pressed: bool
    possible: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`verbs` are those a person may press; `obstacle` says why no answer can be written ("": it can).

    `window` says until when one can ("": it cannot, or nobody asks any more), `expiring` that this is soon, `rule` what
    the channel's window allows less than usual. `templates`: approved templates may be sent. `changes_in`: after how
    many milliseconds less will be possible, so that the page asks again. `free`: nobody has it, whoever is first may
    pick it up.
    """

    verbs: list[str]
    free: bool
    reopening: Reopening | None
    obstacle: str
    window: str
    expiring: bool
    rule: str
    templates: bool
    changes_in: int | None


def desk(conversation: Conversation) -> Desk:
    verbs = conversation.allowed_verbs()
    now = timezone.now()
    policy = conversation.policy(now)
    return Desk(
        verbs=verbs,
        free=conversation.is_live and conversation.assignee_id is None and not conversation.with_bot,
        reopening=reopening(conversation, verbs, policy),
        obstacle=obstacle(conversation, policy),
        window=until(policy) if conversation.is_live and policy.allows(SenderKind.PERSON) else "",
        expiring=conversation.expires_soon,
        rule=policy.reason if conversation.is_live and policy.reply == Reply.HUMAN_ONLY else "",
        templates=conversation.is_live and policy.templates,
        changes_in=milliseconds(policy.changes_at - now) if policy.changes_at else None,
    )


def milliseconds(span: timedelta) -> int:
    # Rounded up: who asks a moment too early is told to ask again.
    return span // timedelta(milliseconds=1) + 1


def reopening(conversation: Conversation, verbs: list[str], policy: Policy) -> Reopening | None:
    """None while there is nothing to reopen."""
    pressed = conversation.state == State.REOPENED
    if "reopen" not in verbs and not pressed:
        return None
    if conversation.identity.is_blocked:
        return Reopening(pressed=False, possible=False, hint=blocked())
    return Reopening(
        pressed=pressed, possible=policy.reopen and not pressed, hint=until(policy) if policy.reopen else policy.reason
    )


def until(policy: Policy) -> str:
    if policy.until is None:
        return ""
    return _("Until %(moment)s") % {"moment": date_format(localtime(policy.until), "D j M, H:i")}


def obstacle(conversation: Conversation, policy: Policy) -> str:
    if not policy.allows(SenderKind.PERSON):
        return policy.reason
    if not conversation.is_live:
        return _("This conversation has ended. Reopen it to answer.")
    return ""
