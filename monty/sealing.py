"""Secrets at rest: encrypted with keys that come from SECRET_KEY, each purpose with a key of its own.

Whoever reads the database, a backup or an export learns nothing from them without SECRET_KEY.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Tells what is encrypted from what was stored before Monty did so.
MARK = "sealed:"


class Unreadable(Exception):
    """No known key opens it: it was sealed with another SECRET_KEY."""


@dataclass(frozen=True, slots=True)
class Safe:
    """What one purpose keeps secret. The first key encrypts, every known one decrypts."""

    purpose: bytes

    def seal(self, secret: str) -> str:
        """The secret as it is stored. Nothing stays nothing."""
        return MARK + self.locks().encrypt(secret.encode()).decode() if secret else ""

    def unseal(self, stored: str) -> str:
        """The secret itself, also one stored plain. Raises Unreadable."""
        if not is_sealed(stored):
            return stored
        try:
            return self.locks().decrypt(stored.removeprefix(MARK)).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def renew(self, stored: str) -> str:
        """The same secret, encrypted with the newest key. Raises Unreadable."""
        if not is_sealed(stored):
            return self.seal(stored)
        try:
            return MARK + self.locks().rotate(stored.removeprefix(MARK)).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def locks(self) -> MultiFernet:
        return locks_of(self.purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def is_sealed(stored: str) -> bool:
    return stored.startswith(MARK)


@lru_cache(maxsize=8)
def locks_of(purpose: bytes, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(derived(purpose, key))) for key in keys])


def derived(purpose: bytes, key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
