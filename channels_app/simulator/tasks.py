"""Everything that the simulator itself asks of others, over HTTP. Each task may safely run twice."""

from celery import shared_task

from channels_app.simulator import links, posting
from channels_app.simulator.models import Account, Message


@shared_task
def post(account_id: int) -> None:
    posting.post(Account.objects.select_related("channel").get(pk=account_id))


@shared_task
def post_due() -> None:
    for account in Account.objects.with_something_to_do().select_related("channel"):
        posting.post(account)


@shared_task
def fetch(message_id: int) -> None:
    links.fetch(Message.objects.select_related("account").get(pk=message_id))
