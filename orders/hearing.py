"""The customer's answer to an offer: a button under it, or a word as the next thing said."""

from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_app.json_values import mapping, text
from conversations.models import Message
from monty.errors import MontyError, VerbNotAllowed
from orders import languages, noting, wording
from orders.models import Offer
from orders.offers import held

# What may stand around a word of consent.
AROUND = ".,;:!?¡¿…。！、،؟ \t\r\n\"'„“”«»👍"


def may_answer(message: Message) -> bool:
    """Whether this is worth looking at, whatever it answers; costs no query."""
    return pressed(message) != "" or plain(message.text) in every_word()


def pressed(message: Message) -> str:
    """The payload of a button of ours under an order; "" if none was pressed."""
    payload = text(mapping(mapping(message.details).get("button")).get("payload"))
    return payload if payload.startswith(wording.PAYLOAD) else ""


def hear(offer_id: int) -> None:
    """Look at what they have written since it was looked at last; whatever confirms the order counts once."""
    with transaction.atomic():
        offer = held(offer_id)
        if offer is None:
            return
        for message in offer.order.conversation.messages.of_contact().after(offer.heard):
            offer.heard = message.pk
            if confirms(message, offer):
                confirm(offer, message)
        Offer.objects.filter(pk=offer.pk).update(heard=offer.heard)


def confirms(message: Message, offer: Offer) -> bool:
    if payload := pressed(message):
        return payload == wording.payload(offer.order.uuid, offer.revision)
    spoken = languages.of_customer(offer.order.conversation)
    return says_yes(message.text, spoken) and is_answer(message, offer)


def says_yes(said: str, language: str) -> bool:
    return any(plain(said) in consent(each) for each in (language, "en"))


def plain(said: str) -> str:
    """Without what does not count; longer texts are no single words."""
    return " ".join(said[:100].casefold().strip(AROUND).split())


@cache
def every_word() -> frozenset[str]:
    return frozenset().union(*(consent(code) for code, _name in settings.LANGUAGES))


@cache
def consent(language: str) -> frozenset[str]:
    with override(language):
        return frozenset(word.casefold() for word in wording.words())


def is_answer(message: Message, offer: Offer) -> bool:
    """A plain word answers what we said last: it counts only if that was the offer."""
    ours = offer.order.conversation.messages.from_us().filter(pk__lt=message.pk).order_by("-pk")
    return ours.values_list("pk", flat=True).first() in offer.messages[-1:]


def confirm(offer: Offer, message: Message) -> None:
    """What stands in the way is for people: they have the customer's message, and the reason beside it."""
    order = offer.order
    try:
        order.confirm(by=None, seen=offer.revision)
    except VerbNotAllowed:
        # It is settled already, by its page perhaps.
        return
    except MontyError as error:
        why = _("The customer confirmed the order, but that could not be done: %(why)s") % {"why": error.detail}
        noting.note(order, why, once=f"answer {message.pk}")
