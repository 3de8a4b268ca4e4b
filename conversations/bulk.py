"""One action on many rows: in the background, a batch of them in one transaction, each by its verb.

A batch and what became of it are committed together, so a worker may die anywhere and another goes on where it
stopped; nothing is done twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import events, presses
from conversations.forms.verbs import FORMS
from conversations.macros import steps
from conversations.models import BulkItem, BulkRun, Conversation, Event, Label, Macro
from conversations.models.bulk import CONVERSATIONS, MACRO, UNDO
from monty.errors import BadInput, MontyError
from teams.models import Team, Teammate

# Conversations in one transaction: few enough that whoever waits for one of these rows does not notice.
BATCH = 50
# Of a macro every step is a verb of its own.
BATCH_OF_MACRO = 10
# As many rows as a person can have on the screen.
MOST = 300


def nothing(row: Conversation, arguments: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """A verb that can be done to many: `many` of the verb, how its arguments are read, and why one row is left out."""

    many: Callable[..., list[Event]]
    arguments: Callable[[dict[str, Any]], dict[str, Any]]
    objection: Callable[[Conversation, dict[str, Any]], str] = nothing


def receiver(kept: dict[str, Any]) -> dict[str, Any]:
    """`team`: the one in which they were chosen."""
    team = kept.get("team")
    return {"teammate": Teammate.objects.get(pk=kept["teammate"]), "team": team and Team.objects.get(pk=team)}


def label(kept: dict[str, Any]) -> dict[str, Any]:
    return {"add" if kept["on"] else "remove": [Label.objects.get(pk=kept["label"])]}


def put_label(changes: Iterable[tuple[Conversation, dict[str, Any]]], *, by: Teammate) -> list[Event]:
    named = [(row, {way: [each.name for each in labels] for way, labels in chosen.items()}) for row, chosen in changes]
    done: list[Event] = Conversation.label.many(named, by=by)
    return done


def not_offered(row: Conversation, chosen: dict[str, Any]) -> str:
    """A label of another team, or one that nobody can choose any more."""
    strange = [each for each in chosen.get("add", ()) if not each.may_be_put_on(row)]
    return _("There is no label “%(name)s” to choose here.") % {"name": strange[0]} if strange else ""


ACTIONS = {
    "assign": Action(Conversation.assign_to.many, receiver),
    "hand_to": Action(Conversation.hand_to.many, lambda kept: {"team": Team.objects.get(pk=kept["team"])}),
    "label": Action(put_label, label, not_offered),
    "close": Action(Conversation.close.many, lambda kept: {"reason": kept.get("reason", "")}),
    "drop": Action(Conversation.drop.many, lambda kept: {"reason": kept["reason"]}),
}


def start(verb: str, conversations: Sequence[int], fields: QueryDict, *, by: Teammate) -> BulkRun:
    """Ask for an action on these conversations; what `by` does not see is not there. Raises BadInput."""
    if verb not in ACTIONS and verb != MACRO:
        raise BadInput(_("This cannot be done to many conversations at once."), field="verb")
    if not 0 < len(set(conversations)) <= MOST:
        raise BadInput(_("Choose between 1 and %(most)s conversations.") % {"most": MOST}, field="conversation")
    form = FORMS[verb](fields)
    form.demand_valid()
    return ask(verb, conversations, form.cleaned_data, by=by)


def ask(verb: str, conversations: Sequence[int], answers: dict[str, Any], *, by: Teammate) -> BulkRun:
    """The same, of what a form has made sure of. Raises BadInput."""
    kept = {name: getattr(value, "pk", value) for name, value in answers.items() if value is not None}
    seen = Conversation.objects.visible_to(by).filter(pk__in=conversations).order_by("pk").values_list("pk", flat=True)
    if not seen:
        raise BadInput(_("You no longer see any of these conversations."), field="conversation")
    # What says “tomorrow 9:00” means the clock of whoever asked.
    kept["zone"] = timezone.get_current_timezone_name()
    return begin(BulkRun(by=by, verb=verb, arguments=kept), [BulkItem(conversation_id=number) for number in seen])


def undo(run: BulkRun, *, by: Teammate) -> BulkRun:
    """Take back what the run did, wherever nothing has happened since. Raises BadInput when it is too late."""
    if run.undo_until is None:
        raise BadInput(_("It is too late to undo this."), field="run")
    changed = run.items.filter(event__isnull=False).order_by("pk").values_list("conversation", "event")
    items = [BulkItem(conversation_id=conversation, event_id=event) for conversation, event in changed]
    return begin(BulkRun(by=by, verb=UNDO, undoes=run), items)


def begin(run: BulkRun, items: Sequence[BulkItem]) -> BulkRun:
    """For an action the item knows no event yet; for its undoing the one to be taken back."""
    run.total = len(items)
    with transaction.atomic():
        run.save(force_insert=True)
        for item in items:
            item.run = run
        BulkItem.objects.bulk_create(items)
    return run


def carry_out(run_id: int) -> None:
    """All that is left of it, batch by batch."""
    while carry_out_batch(run_id):
        pass


def carry_out_batch(run_id: int) -> bool:
    """False if there was nothing left to do, or somebody else did it."""
    with transaction.atomic():
        run = BulkRun.objects.locked(run_id)
        if run is None:
            return False
        way, size = way_of(run)
        items = list(run.items.filter(settled=False).select_related("event").order_by("pk")[:size])
        way(run, items)
        settle(run, items)
        transaction.on_commit(lambda: events.push_bulk(run.by_id, run.pk))
    return not run.is_finished


def way_of(run: BulkRun) -> tuple[Callable[[BulkRun, Sequence[BulkItem]], None], int]:
    """What is done to a batch, and how many are in one."""
    if run.kind != CONVERSATIONS:
        # Alone: what a button locks is in no order that others keep.
        return presses.press, 1
    if run.verb == UNDO:
        return take_back, BATCH
    return act, BATCH_OF_MACRO if run.verb == MACRO else BATCH


def act(run: BulkRun, items: Sequence[BulkItem]) -> None:
    """Every item gets its event, or the reason why not; neither if it was so already."""
    numbers = [item.number for item in items]
    seen = set(Conversation.objects.visible_to(run.by).filter(pk__in=numbers).values_list("pk", flat=True))
    # In the order of their ids, like every other bulk action: two of them never wait for each other in a circle.
    rows = list(Conversation.for_change().filter(pk__in=seen).prefetch_related("labels").order_by("pk"))
    done, reasons = one_by_one(run, rows) if run.verb == MACRO else together(run, rows)
    for item in items:
        item.event = done.get(item.number)
        gone = "" if item.number in seen else _("You no longer see this conversation.")
        item.reason = (gone or reasons.get(item.number, ""))[:300]


Outcome = tuple[dict[int, Event], dict[int, str]]


def together(run: BulkRun, rows: Sequence[Conversation]) -> Outcome:
    """The verb on all of them at once: the events of those that changed, and why others did not."""
    try:
        with transaction.atomic():
            action = ACTIONS[run.verb]
            arguments = action.arguments(run.arguments)
            left = {row.pk: why for row in rows if (why := action.objection(row, arguments))}
            changes = [(row, arguments) for row in rows if row.pk not in left]
            done = {each.conversation_id: each for each in action.many(changes, by=run.by)}
    except (MontyError, ObjectDoesNotExist) as error:
        return {}, {row.pk: str(error) for row in rows}
    reasons = {row.pk: left.get(row.pk) or why_not(row, run.verb) for row in rows if row.pk not in done}
    return done, reasons


def one_by_one(run: BulkRun, rows: Sequence[Conversation]) -> Outcome:
    """The macro on each: all its steps, or none and the reason."""
    done, reasons = {}, {}
    macro = Macro.objects.filter(pk=run.arguments["macro"]).first()
    for row in rows:
        try:
            with timezone.override(run.arguments["zone"]):
                done[row.pk] = steps.run(row, macro, by=run.by)
        except MontyError as error:
            reasons[row.pk] = str(error)
    return done, reasons


def why_not(row: Conversation, verb: str) -> str:
    """ "" if there was only nothing to change; what the team wants first, before it is closed."""
    if verb in row.allowed_verbs():
        return row.missing if verb == "close" else ""
    return _("Not possible while it is %(state)s.") % {"state": row.get_state_display()}


def take_back(run: BulkRun, items: Sequence[BulkItem]) -> None:
    """Each by itself: the database may refuse one of them, as when its customer has a newer conversation by now."""
    for item in sorted(items, key=lambda each: each.number):
        row = Conversation.objects.get(pk=item.conversation_id)
        try:
            changed = item.event and row.undo(item.event, by=run.by)
            item.reason = "" if changed else _("Something has happened in it since.")
        except MontyError as error:
            item.reason = str(error)


def settle(run: BulkRun, items: Sequence[BulkItem]) -> None:
    for item in items:
        item.settled = True
    BulkItem.objects.bulk_update(items, ["settled", "event", "reason"])
    failed = sum(bool(item.reason) for item in items)
    run.done, run.failed = run.done + len(items) - failed, run.failed + failed
    run.touched_at = timezone.now()
    if run.settled >= run.total:
        run.finished_at = run.touched_at
    run.save(update_fields=["done", "failed", "touched_at", "finished_at"])
