"""What a macro does: each step is a verb that a person could press, all of them happen or none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import snoozing, variables
from conversations.models import Conversation, Event, Label, Macro, Priority, SavedReply
from conversations.sending import composer
from monty.errors import BadInput, MontyError
from teams.models import Team, Teammate

Facts = dict[str, Any]
ME = "me"


@dataclass(frozen=True, slots=True)
class Press:
    """Who runs it. `seen`: the last message on their screen; `client_id`: pressed twice, it is sent once."""

    by: Teammate
    seen: int | None = None
    client_id: UUID | None = None


def run(
    conversation: Conversation,
    macro: Macro | None,
    *,
    by: Teammate,
    seen: int | None = None,
    client_id: UUID | None = None,
) -> Event:
    """Take all steps, or none; the event that says so. Raises what a step raises, with the step in its words."""
    if macro is None or not Macro.objects.visible_to(by).filter(pk=macro.pk).exists():
        raise BadInput(_("This macro is not there any more."), field="macro")
    press = Press(by, seen, client_id)
    try:
        with transaction.atomic():
            event: Event = conversation.run_macro(macro.name, by=by)
            for step in macro.steps:
                take(step, conversation, press)
            Macro.objects.count_use(macro.pk)
            return event
    except MontyError:
        conversation.refresh_from_db()
        raise


def take(step: Facts, conversation: Conversation, press: Press) -> None:
    """One step; a refusal keeps its kind and its facts, and says which step it was."""
    try:
        STEPS[step["do"]](conversation, step, press)
    except MontyError as error:
        facts = {"step": NAMES[step["do"]](), "why": error.detail}
        error.detail = _("Nothing was done. “%(step)s” was refused: %(why)s") % facts
        error.args = (error.detail,)
        raise


def found(rows: QuerySet, number: int) -> Any:
    """Raises BadInput for what is gone since the macro was written."""
    row: Model | None = rows.filter(pk=number).first()
    if row is None:
        kind = rows.model._meta.verbose_name
        raise BadInput(_("The %(kind)s is not there any more.") % {"kind": kind}, field="macro")
    return row


def filled(text: str, conversation: Conversation, by: Teammate) -> str:
    """With the variables' values. Raises BadInput where nothing is known."""
    pieces = variables.pieces(text, variables.values(conversation, by))
    told = "".join(each.text for each in pieces)
    if any(each.missing for each in pieces):
        variables.demand_filled(told)
    return told


def label(conversation: Conversation, step: Facts, press: Press) -> None:
    names = {name: [found(Label.objects.all(), each).name for each in step[name]] for name in ("add", "remove")}
    conversation.label(by=press.by, **names)


def prioritize(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.prioritize(Priority.named(step["priority"]), by=press.by)


def send(conversation: Conversation, step: Facts, press: Press) -> None:
    reply = found(SavedReply.objects.visible_to(press.by), step["saved_reply"])
    text = filled(reply.text, conversation, press.by)
    composer.send(conversation, text, by=press.by, saved_reply=reply.pk, seen=press.seen, client_id=press.client_id)


def note(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.note(filled(step["text"], conversation, press.by), by=press.by)


def assign(conversation: Conversation, step: Facts, press: Press) -> None:
    whom = press.by if step["teammate"] == ME else found(Teammate.objects.all(), step["teammate"])
    conversation.assign_to(whom, by=press.by)


def hand_to(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.hand_to(found(Team.objects.all(), step["team"]), by=press.by)


def snooze(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.snooze(snoozing.moment(step["choice"], None, timezone.now()), by=press.by)


def close(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.close(by=press.by, reason=step["reason"])


def drop(conversation: Conversation, step: Facts, press: Press) -> None:
    conversation.drop(step["reason"], by=press.by)


# In the order in which a macro takes them. The answer comes before whose it is: answering takes what nobody has.
STEPS: dict[str, Callable[[Conversation, Facts, Press], None]] = {
    "label": label,
    "prioritize": prioritize,
    "send": send,
    "note": note,
    "assign": assign,
    "hand_to": hand_to,
    "snooze": snooze,
    "close": close,
    "drop": drop,
}
NAMES: dict[str, Callable[[], str]] = {
    "label": lambda: _("Label"),
    "prioritize": lambda: _("Priority"),
    "send": lambda: _("Send"),
    "note": lambda: _("Note"),
    "assign": lambda: _("Assign"),
    "hand_to": lambda: _("Hand to team"),
    "snooze": lambda: _("Snooze"),
    "close": lambda: _("Close"),
    "drop": lambda: _("Drop"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """An upper floor's verb as the last step: it gives the conversation to one of these rows."""

    name: Callable[[], str]
    rows: Callable[[], QuerySet]
    act: Callable[[Conversation, Any, Press], None]


ENDINGS: dict[str, Ending] = {}


def add_ending(do: str, ending: Ending) -> None:
    """The step is {"do": do, "row": id}."""

    def step(conversation: Conversation, step: Facts, press: Press) -> None:
        ending.act(conversation, found(ending.rows(), step["row"]), press)

    ENDINGS[do], STEPS[do], NAMES[do] = ending, step, ending.name
