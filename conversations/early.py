"""What a provider told of messages before Monty knew them, applied as soon as it does."""

from collections.abc import Iterable

from channels_app.border import Edit, Reaction, Receipt, Sender, Unsend
from conversations import marks, receipts
from conversations.models import EarlyReceipt, Message, sending

# Who did it does not matter once it is known to what.
SOMEBODY = Sender("")


def settle(message: Message) -> None:
    """The message's provider id is known from now on: what was told of it counts. Twice does no harm."""
    settle_all([message])


def settle_all(messages: Iterable[Message]) -> None:
    """The same for many messages of one channel, in one query if nothing came early."""
    by_id = {each.external_id: each for each in messages if each.external_id}
    if by_id:
        apply(EarlyReceipt.objects.of(next(iter(by_id.values())).channel, by_id))


def settle_missed() -> None:
    """Those that came in the very moment in which their message did, so that neither saw the other."""
    apply(EarlyReceipt.objects.came_true()[:500])


def apply(rows: Iterable[EarlyReceipt]) -> None:
    for row in rows:
        take(row)
        # Unless it has just been told something newer.
        EarlyReceipt.objects.filter(pk=row.pk, at=row.at).delete()


def take(row: EarlyReceipt) -> None:
    match row.status:
        case sending.EDITED:
            marks.take(row.channel, [Edit(row.external_id, SOMEBODY, row.at, row.text)])
        case sending.UNSENT:
            marks.take(row.channel, [Unsend(row.external_id, SOMEBODY, row.at)])
        case sending.REACTED:
            marks.take(row.channel, [Reaction(row.external_id, SOMEBODY, row.at, row.text)])
        case status:
            known_by = (row.external_id,)
            receipts.take(row.channel, [Receipt(status, row.at, known_by, code=row.code, error=row.error)])
