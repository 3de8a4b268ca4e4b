"""Secrets at rest: tokens and keys of channels, encrypted with keys that come from SECRET_KEY.

Whoever reads the database, a backup or an export learns nothing from them without SECRET_KEY.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from channels_app.verdicts import Refused, Verdict

# Tells what is encrypted from what was stored before Monty did so.
MARK = "sealed:"
# Keys of other uses of SECRET_KEY are never the same as these.
PURPOSE = b"monty channel secrets"


def is_sealed(stored: str) -> bool:
    return stored.startswith(MARK)


def seal(secret: str) -> str:
    """The secret as it is stored. Nothing stays nothing."""
    return MARK + locks().encrypt(secret.encode()).decode() if secret else ""


def unseal(stored: str) -> str:
    """The secret itself, also one stored plain. Raises Refused if no known key opens it."""
    if not is_sealed(stored):
        return stored
    try:
        return locks().decrypt(stored.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise unreadable() from error


def renew(stored: str) -> str:
    """The same secret, encrypted with the newest key. Raises Refused if no known key opens it."""
    if not is_sealed(stored):
        return seal(stored)
    try:
        return MARK + locks().rotate(stored.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise unreadable() from error


def unreadable() -> Refused:
    sentence = _("A stored secret cannot be read with this SECRET_KEY. Type the channel's secrets again.")
    return Refused(Verdict.RECONNECT, sentence, code="secret")


def locks() -> MultiFernet:
    """The first key encrypts, every one decrypts."""
    return locks_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def locks_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(derived(key))) for key in keys])


def derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
