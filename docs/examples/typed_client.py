"""Answers whoever waits, by the typed client that `make client` makes from the schema.

PYTHONPATH=var/client python docs/examples/typed_client.py http://127.0.0.1:8000 ana monty
"""

import sys

from monty_client import AuthenticatedClient, Client
from monty_client.api.conversations import conversations_close_create, conversations_list, conversations_messages_create
from monty_client.api.tokens import tokens_create
from monty_client.models import (
    Conversation,
    LoginRequest,
    Message,
    Problem,
    ReasonRequest,
    ReplyProblem,
    ReplyRequest,
    Token,
    VerbProblem,
    WindowProblem,
)
from monty_client.types import UNSET, Unset


def log_in(url: str, username: str, password: str) -> AuthenticatedClient:
    """By a new token, which may look and answer, and arrange nothing."""
    wanted = LoginRequest.from_dict({"username": username, "password": password, "scope": "write"})
    answer = tokens_create.sync(client=Client(url), body=wanted)
    if not isinstance(answer, Token):
        raise SystemExit(f"No log-in: {answer}")
    return AuthenticatedClient(url, token=answer.token, prefix="Token")


def waiting(client: AuthenticatedClient) -> list[Conversation]:
    """The first page of those whose customer waits for us."""
    page = conversations_list.sync(client=client, waiting=True)
    if page is None or isinstance(page, Problem):
        raise SystemExit(f"No list: {page}")
    return page.results


def answer(
    client: AuthenticatedClient, number: int, text: str, *, key: str
) -> Message | Problem | ReplyProblem | WindowProblem | None:
    """Sent once, however often it is asked for under the same key."""
    body = ReplyRequest(text=text)
    return conversations_messages_create.sync(number, client=client, body=body, idempotency_key=key)


def close(
    client: AuthenticatedClient, number: int, *, seen: str | Unset = UNSET
) -> Conversation | Problem | VerbProblem | None:
    """Close it; with `seen`, an ETag, only if it is still as it was then."""
    return conversations_close_create.sync(number, client=client, body=ReasonRequest(), if_match=seen)


def main(url: str, username: str, password: str) -> None:
    client = log_in(url, username, password)
    for conversation in waiting(client):
        print(answer(client, conversation.id, "We are on it.", key=f"on-it-{conversation.id}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
