"""A draft tried on what customers really wrote, beside the version that counts now. Nothing is sent, nobody notices.

What differs is due to the drawings alone: both are played through here, under the same conditions, by the engine's own
rules. What became of the customers in truth is not compared: people answered them meanwhile.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Contact, Conversation, Message
from flows.calling import Told
from flows.document import Document
from flows.models import DryRun, DryTry, Fate, FlowVersion, HumanWord, RunState, VersionState
from flows.models.dry_run import MOST, conversations_for
from flows.pretended import Heard, Setting
from flows.problems import of_shape, problems
from flows.rehearsal import Play, Rehearsal, broken
from monty.errors import BadInput
from monty.fsm import refusal
from teams.models import Teammate

BATCH = 10
# Of one customer: no flow asks for more.
MOST_MESSAGES = 60
PARTS = ("ending", "answers")
NO_PROBLEM: frozenset[str] = frozenset()


def start(version: FlowVersion, number: int, *, by: Teammate) -> DryRun:
    """Try this draft, as it is now, on the last conversations that `by` sees. Raises BadInput, VerbNotAllowed."""
    if version.state != VersionState.DRAFT:
        raise refusal(version, "dry_run")
    if not 0 < number <= MOST:
        raise BadInput(_("Choose between 1 and %(most)s conversations.") % {"most": MOST}, field="number")
    raw = version.document
    if next(of_shape(raw), None) or raw["start"] not in {each["id"] for each in raw["nodes"]}:
        raise BadInput(_("There is no node yet at which the flow could start."), field="document")
    chosen = list(conversations_for(version.flow, by).values_list("pk", flat=True)[:number])
    if not chosen:
        raise BadInput(_("There are no conversations on the channels of this flow."), field="number")
    with transaction.atomic():
        run = DryRun.objects.create(
            version=version, against=version.flow.current, document=raw, by=by, total=len(chosen)
        )
        DryTry.objects.bulk_create(DryTry(run=run, conversation_id=pk) for pk in chosen)
    return run


def carry_out(run_id: int) -> None:
    """All that is left of it. A worker that dies leaves what it has done; whoever comes next goes on there."""
    run = DryRun.objects.claim(run_id)
    if run is None:
        return
    plays = before_and_after(run)
    while tries := list(run.tries.to_do()[:BATCH]):
        try_out(tries, *plays)
        run.touch()
    run.finish()


def before_and_after(run: DryRun) -> tuple[Play | None, Play]:
    flow = run.version.flow
    wrong = broken(problems(run.document, flow.surroundings))
    old = Play(flow, run.against.pk, run.against.drawing, NO_PROBLEM) if run.against else None
    return old, Play(flow, run.version_id, Document.of(run.document), wrong)


def try_out(tries: Sequence[DryTry], old: Play | None, new: Play) -> None:
    """A few conversations, read in a few queries."""
    numbers = [each.conversation_id for each in tries]
    rows = Conversation.objects.select_related("identity__contact", "channel__team", "team").prefetch_related("labels")
    conversations = rows.in_bulk(numbers)
    said = heard_in(numbers)
    for each in tries:
        conversation = conversations[each.conversation_id]
        messages = said[conversation.pk][:MOST_MESSAGES]
        each.before = outcome(old, conversation, messages) if old else {}
        each.after = outcome(new, conversation, messages)
        each.differs = [part for part in PARTS if old and each.before.get(part) != each.after[part]]
    DryTry.objects.bulk_update(tries, ["before", "after", "differs"])


def heard_in(conversations: Sequence[int]) -> dict[int, list[Heard]]:
    found: dict[int, list[Heard]] = defaultdict(list)
    rows = Message.objects.of_contact().filter(conversation__in=conversations).order_by("pk")
    for row in rows.only("conversation", "text", "at", "details"):
        found[row.conversation_id].append(Heard(row.pk, row.text, row.at, row.details))
    return found


def outcome(play: Play, conversation: Conversation, messages: Sequence[Heard]) -> dict[str, Any]:
    """What would have come of it, had the flow begun with the customer's first message."""
    if not messages:
        return told("silent", "", {}, [])
    first, *rest = messages
    tried = Rehearsal(play, setting_of(conversation), first.at, opening=first.text)
    for each in rest:
        nobody_answers(tried)
        tried.hear(each.text, each.details.get("button", {}).get("payload", ""), at=max(each.at, first.at))
    nobody_answers(tried)
    tried.pass_until(timezone.now())
    nobody_answers(tried)
    return of_rehearsal(tried)


def setting_of(row: Conversation) -> Setting:
    """The customer as a copy, which the flow may write on."""
    known = row.contact
    contact = Contact(name=known.name, email=known.email, phone=known.phone)
    return Setting(row.channel, contact, row.team, tuple(each.name for each in row.labels.all()), row.priority_name)


def nobody_answers(tried: Rehearsal) -> None:
    """Other systems are not asked here."""
    while tried.calling is not None:
        tried.answer(Told(problem="–"))


def of_rehearsal(tried: Rehearsal) -> dict[str, Any]:
    run, last = tried.run, tried.way[-1] if tried.way else None
    way = [each.node for each in tried.own_way]
    if tried.conversation.closed:
        return told("closed", "", tried.answers, way)
    if run.is_under_way:
        return told("waiting", run.node, tried.answers, way)
    if run.state == RunState.HANDED_OVER:
        return told("gave_up" if gave_up(tried) else "handed_over", run.reason, tried.answers, way)
    if run.state == RunState.FAILED:
        return told("failed", run.reason, tried.answers, way)
    loose = last is not None and last.fate in (Fate.ENDED, Fate.TIMED_OUT)
    return told("dead_end" if loose else "done", last.node if last else "", tried.answers, way)


def gave_up(tried: Rehearsal) -> bool:
    """For a reason of the flow's own: the customer had asked for nobody."""
    return bool(tried.run.reason) and not HumanWord.objects.asked_for_in(tried.conversation.heard[-1].text)


def told(ending: str, detail: str, answers: Mapping[str, str], way: list[str]) -> dict[str, Any]:
    return {"ending": ending, "detail": detail, "answers": dict(answers), "way": way}


def endings() -> dict[str, str]:
    """What a table says of each."""
    return {
        "handed_over": _("Handed over to a person"),
        "gave_up": _("Handed over: the flow did not know how to go on"),
        "closed": _("Closed by the bot"),
        "dead_end": _("Dead end: the flow was over, and nobody was asked"),
        "done": _("Done"),
        "failed": _("Failed"),
        "waiting": _("Still waiting for an answer"),
        "silent": _("The customer wrote nothing"),
    }


def summary(tries: Sequence[DryTry]) -> list[tuple[str, int, int]]:
    """How often each ending was before and would be after, as far as there is one of it."""
    names = endings()
    counted = [
        (words, sum(own(each.before) == name for each in tries), sum(own(each.after) == name for each in tries))
        for name, words in names.items()
    ]
    return [row for row in counted if row[1] or row[2]]


def own(outcome: Any) -> str:
    return (outcome or {}).get("ending", "")
