"""What customers write and who they are stays out of the logs, whichever road it takes and wherever that breaks."""

import io
import json
import logging
import uuid
from collections.abc import Iterator

import pytest
from celery import shared_task
from django.db import IntegrityError, connection
from django.test import Client

from channels_app.models import Channel
from conversations.incoming import ingest, intake
from conversations.models import Message
from conversations.sending import outbox
from monty import correlation, logs
from tests import herald as posts
from tests import make
from tests.pigeon import Pigeon

TEXT, NAME = "my card number is four-one-one-one", "Nora Quist"


@pytest.fixture(params=[logs.JsonLines, logs.Words])
def lines(request) -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as the product would write it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    handler.setLevel(logging.INFO)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def no_secrets(lines) -> Iterator[io.StringIO]:
    yield lines
    said = lines.getvalue()
    assert TEXT not in said
    assert "four-one-one-one" not in said
    assert NAME not in said


@pytest.fixture
def line() -> Iterator[object]:
    """What one record becomes."""

    def make_line(message: str, *args: object, error: BaseException | None = None) -> dict:
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("monty", logging.ERROR, __file__, 1, message, args, info)
        return dict(json.loads(logs.JsonLines().format(record)))

    yield make_line


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


# --- A line ----------------------------------------------------------------------------------------------------------


def test_a_line_tells_when_how_bad_who_and_what(line):
    told = line("message %s broke off", 7)
    assert told.pop("at").startswith("20")
    assert told == {"level": "ERROR", "logger": "monty", "message": "message 7 broke off"}


def test_a_line_tells_what_it_belongs_to(line):
    with correlation.knowing(request_id="r", task="conversations.tasks.deliver"):
        correlation.about(7)
        told = line("hello")
    assert (told["request_id"], told["task"], told["conversation_id"]) == ("r", "conversations.tasks.deliver", 7)


def test_an_exception_is_told_by_its_kind_and_place(line):
    told = line("it broke", error=raised(ValueError(TEXT)))
    assert told["error"] == "ValueError"
    assert "in raised" in told["trace"]
    assert TEXT not in str(told)


def test_what_an_exception_came_from_is_told_the_same_way(line):
    inner = raised(KeyError(TEXT))
    error = RuntimeError("outer")
    error.__cause__ = inner
    told = line("it broke: %s", error, error=raised(error))
    assert "KeyError" in told["trace"]
    assert TEXT not in str(told)


def test_an_exceptions_words_are_taken_out_of_the_message_too(line):
    error = raised(ValueError(TEXT))
    assert line("%r happened: %s", error, error, error=error)["message"] == "ValueError happened: ValueError"


def test_what_a_library_adds_to_its_records_is_left_out():
    record = logging.LogRecord("monty", logging.ERROR, __file__, 1, "hello", (), None)
    record.data = {"kwargs": TEXT}
    assert TEXT not in logs.JsonLines().format(record)


@pytest.mark.postgresql
def test_a_constraint_is_named_and_the_row_that_it_refused_is_not(db, webchat, line):
    make.conversation(webchat)
    with pytest.raises(IntegrityError) as caught, connection.cursor() as cursor:
        cursor.execute("UPDATE conversations_message SET text = %s, author_kind = 'nobody', status = 'sent'", [TEXT])
    assert TEXT in str(caught.value)
    told = line("%s", caught.value, error=caught.value)
    assert "23514 message_author_known" in told["trace"]
    assert TEXT not in str(told)


# --- The roads -------------------------------------------------------------------------------------------------------


def test_on_the_way_in(db, no_secrets, herald: Channel, client: Client, monkeypatch):
    """It is taken; then the same once more, which breaks in the middle with the text in its mouth."""
    fact = posts.said("Inbound", who="nora", external_id="h-1", text=TEXT)
    posts.post(client, herald, fact)

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(f"{NAME} wrote: {TEXT}")

    monkeypatch.setattr(intake, "receive_all", breaks)
    posts.post(client, herald, fact | {"fact": fact["fact"] | {"external_id": "h-2"}})
    for delivery in herald.deliveries.all():
        ingest.read(delivery.pk)
    assert "a fact could not be taken in" in no_secrets.getvalue()


def test_what_cannot_be_parsed(db, no_secrets, herald: Channel, client: Client, monkeypatch):
    def breaks(*_args: object) -> None:
        raise ValueError(TEXT)

    monkeypatch.setattr(posts.Herald, "parse", breaks)
    posts.post(client, herald, posts.said("Inbound", who="nora", external_id="h-1", text=TEXT))
    for delivery in herald.deliveries.all():
        ingest.read(delivery.pk)
    assert "could not be parsed" in no_secrets.getvalue()


def test_on_the_way_out(db, no_secrets, ana, pigeon: Channel):
    row = make.conversation(pigeon, who="nora")
    Pigeon.troubles = [RuntimeError(f"cannot carry {TEXT!r} to {NAME}")]
    row.reply(TEXT, by=ana)
    outbox.deliver(row)
    assert Message.objects.get(text=TEXT).status == "unknown"
    assert "broke off" in no_secrets.getvalue()


def test_a_page_that_fails(db, no_secrets, webchat, settings, monkeypatch):
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr(intake, "receive", breaks)
    client = Client(raise_request_exception=False)
    door = f"/webchat/{webchat.uuid}/"
    token = client.post(f"{door}sessions/").json()["token"]
    body = {"client_id": str(uuid.uuid4()), "text": TEXT}
    headers = {"authorization": f"Visitor {token}", "x-request-id": "r-9"}
    answer = client.post(f"{door}messages/?q={NAME}", body, content_type="application/json", headers=headers)
    assert answer.status_code == 500
    assert "Internal Server Error" in no_secrets.getvalue()
    assert "r-9" in no_secrets.getvalue()


@shared_task
def breaks_with(text: str) -> None:
    raise RuntimeError(text)


def test_a_task_that_fails(no_secrets, settings):
    with pytest.raises(RuntimeError):
        breaks_with.apply(args=[TEXT], throw=True)
    breaks_with.apply(args=[TEXT])
    assert "RuntimeError" in no_secrets.getvalue()
