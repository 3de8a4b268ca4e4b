"""One action on many conversations: in the background, a batch of them in one transaction, each by its verb.

A batch and what became of it are committed together, so a worker may die anywhere and another goes on where it
stopped; nothing is done twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import events
from conversations.forms import FORMS
from conversations.models import BulkItem, BulkRun, Conversation, Event
from monty.errors import BadInput, MontyError
from teams.models import Team, Teammate

# Conversations in one transaction: few enough that whoever waits for one of these rows does not notice.
BATCH = 50
# As many rows as a person can have on the screen.
MOST = 300
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Action:
    """A verb that can be done to many: `many` of the verb, the name its events have, and how its arguments are read."""

    many: Callable[..., list[Event]]
    arguments: Callable[[dict[str, Any]], dict[str, Any]]


# "label" belongs here, once there are labels.
ACTIONS = {
    "assign": Action(Conversation.assign_to.many, lambda kept: {"teammate": Teammate.objects.get(pk=kept["teammate"])}),
    "hand_to": Action(Conversation.hand_to.many, lambda kept: {"team": Team.objects.get(pk=kept["team"])}),
    "close": Action(Conversation.close.many, lambda kept: {}),
    "drop": Action(Conversation.drop.many, lambda kept: {"reason": kept["reason"]}),
}


def start(verb: str, conversations: Sequence[int], fields: QueryDict, *, by: Teammate) -> BulkRun:
    """Ask for an action on these conversations; what `by` does not see is not there. Raises BadInput."""
    if verb not in ACTIONS:
        raise BadInput(_("This cannot be done to many conversations at once."), field="verb")
    if not 0 < len(set(conversations)) <= MOST:
        raise BadInput(_("Choose between 1 and %(most)s conversations.") % {"most": MOST}, field="conversation")
    form = FORMS[verb](fields)
    form.demand_valid()
    kept = {name: getattr(value, "pk", value) for name, value in form.cleaned_data.items() if value is not None}
    seen = Conversation.objects.visible_to(by).filter(pk__in=conversations).values_list("pk", flat=True)
    if not seen:
        raise BadInput(_("You no longer see any of these conversations."), field="conversation")
    return begin(BulkRun(by=by, verb=verb, arguments=kept), [(number, None) for number in seen])


def undo(run: BulkRun, *, by: Teammate) -> BulkRun:
    """Take back what the run did, wherever nothing has happened since. Raises BadInput when it is too late."""
    if run.undo_until is None:
        raise BadInput(_("It is too late to undo this."), field="run")
    changed = run.items.filter(event__isnull=False).values_list("conversation", "event")
    return begin(BulkRun(by=by, verb=UNDO, undoes=run), list(changed))


def begin(run: BulkRun, items: Sequence[tuple[int, int | None]]) -> BulkRun:
    """For an action the item knows no event yet; for its undoing the one to be taken back."""
    run.total = len(items)
    with transaction.atomic():
        run.save(force_insert=True)
        BulkItem.objects.bulk_create(
            BulkItem(run=run, conversation_id=conversation, event_id=event) for conversation, event in items
        )
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
        items = list(run.items.filter(settled=False).select_related("event").order_by("pk")[:BATCH])
        take_back(items, by=run.by) if run.verb == UNDO else act(run, items)
        settle(run, items)
        transaction.on_commit(lambda: events.push_bulk(run.by_id, run.pk))
    return not run.is_finished


def act(run: BulkRun, items: Sequence[BulkItem]) -> None:
    """Every item gets its event, or the reason why not; neither if it was so already."""
    numbers = [item.conversation_id for item in items]
    seen = set(Conversation.objects.visible_to(run.by).filter(pk__in=numbers).values_list("pk", flat=True))
    # In the order of their ids, like every other bulk action: two of them never wait for each other in a circle.
    rows = list(Conversation.for_change().filter(pk__in=seen).order_by("pk"))
    try:
        with transaction.atomic():
            action = ACTIONS[run.verb]
            arguments = action.arguments(run.arguments)
            done = {each.conversation_id: each for each in action.many([(row, arguments) for row in rows], by=run.by)}
    except (MontyError, Team.DoesNotExist, Teammate.DoesNotExist) as error:
        done, refused = {}, str(error)
        reasons = dict.fromkeys(numbers, refused)
    else:
        reasons = {row.pk: why_not(row, run.verb) for row in rows if row.pk not in done}
    for item in items:
        item.event = done.get(item.conversation_id)
        gone = "" if item.conversation_id in seen else _("You no longer see this conversation.")
        item.reason = gone or reasons.get(item.conversation_id, "")


def why_not(row: Conversation, verb: str) -> str:
    """ "" if there was only nothing to change; what the team wants first, before it is closed."""
    if verb in row.allowed_verbs():
        return row.missing if verb == "close" else ""
    return _("Not possible while it is %(state)s.") % {"state": row.get_state_display()}


def take_back(items: Iterable[BulkItem], *, by: Teammate) -> None:
    """Each by itself: the database may refuse one of them, as when its customer has a newer conversation by now."""
    for item in sorted(items, key=lambda each: each.conversation_id):
        row = Conversation.objects.get(pk=item.conversation_id)
        try:
            changed = item.event and row.undo(item.event, by=by)
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
