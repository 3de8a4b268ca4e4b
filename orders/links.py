"""Addresses for customers: each opens the page of one order until a day, to whoever has it, and nothing else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

# Of another salt than any other signature here: nothing else that Monty signs opens an order.
signer = Signer(salt="orders.links", sep=".")


class Expired(Exception):
    """It was a true address once."""


class Unknown(Exception):
    """Monty never signed this."""


def address(order: UUID, until: datetime) -> str:
    return settings.PUBLIC_URL + reverse("public-order", args=[token(order, until)])


def token(order: UUID, until: datetime) -> str:
    name = urlsafe_b64encode(order.bytes).decode().rstrip("=")
    return signer.sign(f"{name}.{int(until.timestamp())}")


def order_of(token: str) -> UUID:
    """Whose page it opens. Raises Unknown, Expired."""
    try:
        name, _dot, until = signer.unsign(token).partition(".")
    except BadSignature as error:
        raise Unknown from error
    if timezone.now() >= datetime.fromtimestamp(int(until), UTC):
        raise Expired
    return UUID(bytes=urlsafe_b64decode(name + "=="))
