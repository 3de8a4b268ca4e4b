"""What became of our messages, as the provider tells: by their ids, by our own, or all up to a time."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from channels_app.border import Receipt
from channels_app.models import Channel
from conversations.incoming import people
from conversations.models import Attempt, Conversation, EarlyReceipt, Message, Status

# Of several receipts for one message in one delivery the furthest counts; the others would change nothing.
RANK = {Status.SENT: 0, Status.FAILED: 1, Status.DELIVERED: 2, Status.READ: 3}
Outcomes = dict[Message, Receipt]


def take(channel: Channel, receipts: Sequence[Receipt]) -> None:
    """Record them, each message's with its conversation. A status never goes back; one of nothing known is kept."""
    receipts = sorted((each for each in receipts if each.status in RANK), key=lambda each: RANK[Status(each.status)])
    known = Message.objects.of_provider(channel, (each for one in receipts for each in one.external_ids))
    known |= recognised(channel, [each for each in receipts if each.ours and not known.keys() & set(each.external_ids)])
    outcomes: Outcomes = {}
    for receipt in receipts:
        named = [known[each] for each in receipt.external_ids if each in known]
        outcomes |= dict.fromkeys([*named, *before(named, receipt), *up_to(channel, receipt)], receipt)
    deliver(outcomes)
    keep(channel, receipts, known)


def recognised(channel: Channel, receipts: Sequence[Receipt]) -> dict[str, Message]:
    """Messages whose provider's id is news, by that id: the receipt names our own along with it."""
    ours = {each.ours: each.external_ids[0] for each in receipts if each.ours and len(each.external_ids) == 1}
    rows = Message.objects.without_id(channel).filter(pk__in=ours)
    found = {ours[row.pk]: row for row in rows}
    for external_id, row in found.items():
        Message.objects.know_as(row, external_id)
    return found


def before(named: Sequence[Message], receipt: Receipt) -> Iterable[Message]:
    """What a receipt covers that names one message and means all before it too."""
    if not receipt.and_before or not named:
        return ()
    return Message.objects.in_thread_before(max(named, key=lambda each: each.pk)).not_yet(receipt.status)


def up_to(channel: Channel, receipt: Receipt) -> Iterable[Message]:
    """What a watermark covers."""
    if receipt.customer is None or receipt.up_to is None:
        return ()
    identity = people.known_as(channel, receipt.customer)
    if identity is None:
        return ()
    return Message.objects.of_identity(identity).gone_out_by(receipt.up_to).not_yet(receipt.status)


def deliver(outcomes: Outcomes) -> None:
    """As many queries for all conversations as for one, but for the messages' own."""
    with transaction.atomic():
        rows = Conversation.for_change().filter(pk__in={each.conversation_id for each in outcomes}).order_by("pk")
        places = rows.in_bulk()
        groups: dict[tuple[int, str, str], list[Message]] = {}
        for message, receipt in outcomes.items():
            groups.setdefault((message.conversation_id, receipt.status, receipt.error), []).append(message)
        changes = [
            (places[number], {"messages": messages, "status": Status(status), "error": error})
            for (number, status, error), messages in groups.items()
        ]
        changed = {number for event in Conversation.deliver.many(changes, by=None) for number in event.data["messages"]}
        for message, receipt in outcomes.items():
            if receipt.status == Status.FAILED and message.pk in changed:
                Attempt.objects.fail(message, code=receipt.code, detail=receipt.error)


def keep(channel: Channel, receipts: Iterable[Receipt], known: dict[str, Message]) -> None:
    EarlyReceipt.objects.keep(
        [
            EarlyReceipt(
                channel=channel,
                external_id=each,
                status=receipt.status,
                code=receipt.code[:40],
                error=receipt.error[:300],
                at=receipt.at,
            )
            for receipt in receipts
            for each in receipt.external_ids
            if each and each not in known
        ]
    )
