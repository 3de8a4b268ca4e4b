"""Posting what is due, one at a time in each conversation, claimed so that no two workers post the same."""

from datetime import timedelta
from time import monotonic

import httpx
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app import guarded, http
from channels_app.verdicts import Refused
from monty.forms import HOUR
from webhooks import signing
from webhooks.models import Attempt, Delivery, Subscription
from webhooks.models.delivery import LONGEST_TEXT, DeliveryState
from webhooks.patience import Answer, next_try
from webhooks.rules import TRIED_FOR
from webhooks.telling import body

# Seconds: for one post, whatever the receiver does; and for one task, before others have their turn.
DEADLINE = 10
TURN = 20


def attend(subscription_id: int) -> bool:
    """Post what is due to one receiver, oldest first; True: its turn is over, and there may be more."""
    ends = monotonic() + TURN
    while monotonic() < ends:
        subscription = Subscription.objects.ready().filter(pk=subscription_id).first()
        delivery = Delivery.objects.claim_next(subscription) if subscription else None
        if delivery is None:
            return False
        settle(delivery, post(delivery))
    return True


def settle_abandoned() -> None:
    """Those whose worker died while posting are posted again: the receiver knows them by their id."""
    for delivery in Delivery.objects.abandoned().with_event():
        settle(delivery, Answer(None, _("Sending broke off: it may have arrived or not.")))


# --- One try ----------------------------------------------------------------------------------------------------------


def post(delivery: Delivery) -> Answer:
    """Make the call, whatever comes of it. Raises nothing."""
    subscription, now = delivery.subscription, timezone.now()
    try:
        keys = subscription.keys(now)
    except Refused:
        return Answer(None, _("Its secret cannot be read with this SECRET_KEY: rotate it."), troubled=True)
    content = body(delivery)
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Monty",
        **signing.headers(delivery.uuid, content, keys, now),
    }
    way = guarded.transport(private=subscription.is_near, seconds=DEADLINE)
    try:
        with (
            http.client(way) as client,
            client.stream("POST", subscription.url, content=content.encode(), headers=headers) as response,
        ):
            return answer(response)
    except Refused as refused:
        public = refused.provider_code != "address"
        return Answer(None, str(refused.detail) if public else _("This address is not public."), troubled=True)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        return Answer(None, failure(error), troubled=True)


def failure(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return _("There was no answer within %(seconds)s seconds.") % {"seconds": DEADLINE}
    return _("There was no connection, or it broke off.")


def answer(response: httpx.Response) -> Answer:
    status = response.status_code
    troubled = status >= 500 or status in (408, 429)
    return Answer(status, in_words(status), troubled=troubled, wait=asked_to_wait(response), text=beginning(response))


def in_words(status: int) -> str:
    if 200 <= status < 300:
        return _("Delivered.")
    if 300 <= status < 400:
        return _("It answered %(status)s: redirects are not followed.") % {"status": status}
    if status == 410:
        return _("It answered 410: nobody wants anything there any more.")
    return _("It answered %(status)s.") % {"status": status}


def asked_to_wait(response: httpx.Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 6 else None


def beginning(response: httpx.Response) -> str:
    """Of what it said, for the log; what it answered counts, even if it never comes to an end."""
    said = bytearray()
    try:
        for chunk in response.iter_raw(LONGEST_TEXT):
            said += chunk
            if len(said) >= LONGEST_TEXT:
                break
    except (httpx.HTTPError, httpx.StreamError):
        pass
    return said[:LONGEST_TEXT].decode(errors="replace")


# --- What follows -----------------------------------------------------------------------------------------------------


def settle(delivery: Delivery, answered: Answer) -> None:
    """Note the try; what becomes of the delivery and of its subscription, in one transaction."""
    with transaction.atomic():
        Attempt.note(delivery, answered)
        if answered.taken:
            delivery.settle(DeliveryState.DELIVERED)
            delivery.subscription.note_delivered(timezone.now())
        elif delivery.is_test:
            delivery.settle(DeliveryState.FAILED)
        else:
            fail(delivery, answered)


def fail(delivery: Delivery, answered: Answer) -> None:
    """Later once more; or never, and if nothing else got through all the time, nothing more at all."""
    subscription, now, lasts = delivery.subscription, timezone.now(), TRIED_FOR()
    again = next_try(delivery.tries, since=delivery.since, now=now, lasts=lasts, wait=answered.wait)
    if answered.gone:
        again = None
    if not delivery.settle(DeliveryState.QUEUED if again else DeliveryState.FAILED, again):
        return
    if answered.rest:
        subscription.leave_alone(now + answered.rest)
    if answered.gone:
        subscription.give_up(answered.detail)
    elif again is None and not subscription.got_through_since(delivery.since):
        facts = {"hours": lasts // HOUR, "detail": answered.detail}
        subscription.give_up(_("Nothing got through for %(hours)s hours. The last time: %(detail)s") % facts)
