"""Secrets of channels and webhooks at rest: tokens and keys, each encrypted (`monty.sealing`)."""

from django.utils.translation import gettext as _

from channels_app.verdicts import Refused, Verdict
from monty.sealing import Safe, Unreadable, is_sealed

__all__ = ["is_sealed", "renew", "seal", "unseal"]

safe = Safe(b"monty channel secrets")
seal = safe.seal


def unseal(stored: str) -> str:
    """The secret itself, also one stored plain. Raises Refused if no known key opens it."""
    try:
        return safe.unseal(stored)
    except Unreadable as error:
        raise unreadable() from error


def renew(stored: str) -> str:
    """The same secret, encrypted with the newest key. Raises Refused if no known key opens it."""
    try:
        return safe.renew(stored)
    except Unreadable as error:
        raise unreadable() from error


def unreadable() -> Refused:
    sentence = _("A stored secret cannot be read with this SECRET_KEY. Type the channel's secrets again.")
    return Refused(Verdict.RECONNECT, sentence, code="secret")
