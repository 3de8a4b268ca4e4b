"""Background work of webhooks. Each task takes ids, calls one function, and may safely run twice."""

from celery import shared_task

from webhooks import notices, posting
from webhooks.models import Delivery, Subscription


@shared_task
def attend(subscription_id: int) -> None:
    if posting.attend(subscription_id):
        attend.delay(subscription_id)


@shared_task
def post_missed() -> None:
    """What waited for its time, whose task was lost, or whose worker died."""
    posting.settle_abandoned()
    for subscription_id in Delivery.objects.receivers().values_list("pk", flat=True):
        attend.delay(subscription_id)


@shared_task
def tell_owner(subscription_id: int) -> None:
    notices.tell(subscription_id)


@shared_task
def tell_missed() -> None:
    for subscription_id in Subscription.objects.to_tell_of().values_list("pk", flat=True)[:100]:
        tell_owner(subscription_id)
