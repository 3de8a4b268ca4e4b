"""Background work on orders. Each task takes ids, calls one function, and may safely run twice."""

from celery import shared_task

from orders import hearing, offers
from orders.models import Offer

# Of those that were missed, in one go; the rest come with the next.
AT_ONCE = 200


@shared_task
def tell(offer_id: int) -> None:
    offers.tell(offer_id)


@shared_task
def hear(offer_id: int) -> None:
    hearing.hear(offer_id)


@shared_task
def tell_missed() -> None:
    """Customers who should know what has become of their order, or have written since they could not be told."""
    for number in Offer.objects.to_tell().values_list("pk", flat=True)[:AT_ONCE]:
        tell.delay(number)


@shared_task
def hear_missed() -> None:
    """Answers to an offer that nobody has looked at."""
    for number in Offer.objects.to_hear().values_list("pk", flat=True)[:AT_ONCE]:
        hear.delay(number)
