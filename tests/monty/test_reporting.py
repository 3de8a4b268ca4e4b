"""What goes to Sentry: kinds of errors and places in the code, and not a word of what anybody wrote."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from monty import correlation, reporting
from tests import make

# Not as it stands here: places in the code are told with their lines.
NUMBER = str(4000 + 111)
TEXT = f"my card number is {NUMBER}"
logger = logging.getLogger("monty.tests")


class Post(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.events.append(envelope.get_event())


@pytest.fixture
def post() -> Iterator[Post]:
    kept = Post()
    with sentry_sdk.isolation_scope():
        reporting.report_errors_to("https://key@sentry.example.org/1", transport=kept)
        yield kept
        sentry_sdk.get_client().close()
    assert TEXT not in str(kept.events)
    assert NUMBER not in str(kept.events)


def fail(text: str) -> None:
    raise ValueError(f"{text} is no number")


def test_an_error_is_reported_by_its_kind_and_place(post: Post):
    try:
        fail(TEXT)
    except ValueError:
        with correlation.knowing(request_id="r-1"):
            correlation.about(7)
            logger.exception("reading %s broke off", TEXT)
    (event,) = post.events
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "")
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["logentry"] == {"message": "reading %s broke off"}
    assert event["tags"] == {"request_id": "r-1", "conversation_id": "7"}


def test_neither_the_request_nor_who_asked_is_reported(post: Post, db, client, webchat, ana, monkeypatch):
    client.force_login(ana)
    row = make.conversation(webchat)
    monkeypatch.setattr("conversations.pages.inbox.opened", lambda *_args: fail(TEXT))
    client.raise_request_exception = False
    assert client.get(f"/conversations/{row.pk}/?q={TEXT}").status_code == 500
    event = post.events[-1]
    assert event["exception"]["values"][-1]["type"] == "ValueError"
    assert not {"request", "user", "breadcrumbs", "extra"} & event.keys()
    assert event["tags"]["conversation_id"] == str(row.pk)


def test_without_an_address_nothing_is_reported(monkeypatch):
    monkeypatch.setattr(sentry_sdk, "init", lambda **_options: pytest.fail("it began"))
    reporting.report_errors_to("")
