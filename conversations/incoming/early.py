"""What a provider told of messages before Monty knew them, applied as soon as it does."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from channels_app.border import Edit, Reaction, Receipt, Sender, Unsend
from channels_app.models import Channel
from conversations.incoming import marks, receipts
from conversations.models import EarlyReceipt, Message, sending


def settle(message: Message) -> None:
    """The message's provider id is known from now on: what was told of it counts. Twice does no harm."""
    settle_all([message])


def settle_all(messages: Iterable[Message]) -> None:
    """The same for many messages of one channel, in one query if nothing came early."""
    by_id = {each.external_id: each for each in messages if each.external_id}
    if by_id:
        apply(EarlyReceipt.objects.of(next(iter(by_id.values())).channel, by_id).select_related("channel"))


def settle_missed() -> None:
    """Those that came in the very moment in which their message did, so that neither saw the other."""
    apply(EarlyReceipt.objects.came_true().select_related("channel")[:500])


def apply(rows: Iterable[EarlyReceipt]) -> None:
    by_channel: defaultdict[Channel, list[EarlyReceipt]] = defaultdict(list)
    for row in rows:
        by_channel[row.channel].append(row)
    for channel, mine in by_channel.items():
        receipts.take(channel, [receipt_of(row) for row in mine if row.status not in MARKS])
        marks.take(channel, [MARKS[row.status](row) for row in mine if row.status in MARKS])
        EarlyReceipt.objects.forget(mine)


def receipt_of(row: EarlyReceipt) -> Receipt:
    return Receipt(row.status, row.at, (row.external_id,), code=row.code, error=row.error)


# Who did it does not matter once it is known to what.
SOMEBODY = Sender("")
MARKS: dict[str, Callable[[EarlyReceipt], marks.Mark]] = {
    sending.EDITED: lambda row: Edit(row.external_id, SOMEBODY, row.at, row.text),
    sending.UNSENT: lambda row: Unsend(row.external_id, SOMEBODY, row.at),
    sending.REACTED: lambda row: Reaction(row.external_id, SOMEBODY, row.at, row.text),
}
