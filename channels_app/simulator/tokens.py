"""Tokens and secrets that exist only in the demo, and are known to everybody."""

import secrets

from django.core import signing

APP_SECRET = "monty-app-secret"  # noqa: S105
APP_ID = "100200300400500"
VERIFY_TOKEN = "monty-verify"  # noqa: S105
CONSUMER_SECRET = "monty-consumer-secret"  # noqa: S105
# X: seconds that an access token lives.
ACCESS_LASTS = 2 * 60 * 60


def graph_token(kind: str, account: str) -> str:
    """Lives for ever, as a page's does."""
    return f"EAAmonty-{kind}-{account}"


def x_token(account: str, use: str) -> str:
    """No two are the same, so that a refresh token may be spent once. No row: whoever asks may hold a lock."""
    return signing.dumps([account, secrets.token_hex(8)], salt=f"simulator.x.{use}")


def account_of_x(token: str, use: str) -> str:
    """The account id of a token that is genuine and has not expired; "" otherwise."""
    lasts = ACCESS_LASTS if use == "access" else None
    try:
        account, _once = signing.loads(token, salt=f"simulator.x.{use}", max_age=lasts)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(account)
