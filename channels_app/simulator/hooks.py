"""What happened at a provider becomes a row here; a worker posts it to Monty."""

from collections.abc import Iterable

from channels_app.simulator import tasks
from channels_app.simulator.models import Account, Hook
from channels_app.simulator.providers.base import Item
from monty.afterwards import afterwards


def tell(account: Account, items: Iterable[Item]) -> None:
    """These things happened: Monty will be told, as soon as this transaction is through.

    Nobody's request fails for a broker that is away: `post_due` looks again.
    """
    due_at = account.due_at()
    if Hook.objects.bulk_create(Hook(account=account, item=item, due_at=due_at) for item in items):
        afterwards(tasks.post.delay, account.pk)
