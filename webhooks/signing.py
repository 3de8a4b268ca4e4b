"""Signatures as Standard Webhooks has them (standardwebhooks.com), so that receivers need no code of ours. Pure."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook

# Bytes of randomness; the standard wants 24 to 64.
STRENGTH = 32


def new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(STRENGTH)).decode()}"


def headers(number: UUID, body: str, keys: Sequence[str], now: datetime) -> dict[str, str]:
    """What proves who sent this body, and when: a signature by each of the secrets. `now` is in UTC."""
    signatures = [Webhook(key).sign(str(number), now, body) for key in keys]
    return {
        "webhook-id": str(number),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
