"""Which request and which conversation a log line is about, from the browser's request to the worker's task."""

from typing import Any

import pytest
from celery import current_app, shared_task
from django.test import Client

from monty import correlation
from tests import make

FOUND: list[dict[str, Any]] = []


@shared_task
def remember() -> None:
    FOUND.append(correlation.known())


@pytest.fixture
def found() -> list[dict[str, Any]]:
    FOUND.clear()
    return FOUND


def test_a_requests_own_id_is_given_back(client: Client):
    assert client.get("/healthz", headers={"x-request-id": "proxy-1.a"}).headers["X-Request-ID"] == "proxy-1.a"


@pytest.mark.parametrize("given", ["", "two words", "x" * 101, "ä", '{"a": 1}'])
def test_a_request_without_a_fit_id_is_given_one(client: Client, given: str):
    made = client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"]
    assert len(made) == 32
    assert made != given


def test_no_two_requests_are_given_the_same(client: Client):
    assert len({client.get("/healthz").headers["X-Request-ID"] for _ in range(3)}) == 3


def test_outside_of_everything_nothing_is_known():
    correlation.about(7)
    assert correlation.known() == {}


def test_a_task_takes_along_what_began_it(found):
    headers: dict[str, Any] = {"id": "t"}
    with correlation.knowing(request_id="r", task="the one before"):
        correlation.about(7)
        correlation.send_along(headers=headers)
    assert headers == {"id": "t", "request_id": "r", "conversation_id": 7}


def test_a_worker_knows_what_a_task_brought_along_until_it_is_over(found):
    remember.apply(headers={"request_id": "r", "conversation_id": 7})
    remember.apply()
    name = remember.name
    assert found == [{"task": name, "request_id": "r", "conversation_id": 7}, {"task": name}]
    assert correlation.known() == {}


def test_a_task_inside_a_task_leaves_the_outer_one_as_it_was(found):
    with correlation.knowing(request_id="outer"):
        remember.apply()
        assert correlation.known() == {"request_id": "outer"}


def test_the_signals_are_connected():
    from celery.signals import before_task_publish, task_postrun, task_prerun

    assert current_app.main == "monty"
    assert all(signal.receivers for signal in (before_task_publish, task_postrun, task_prerun))


def test_a_verb_says_which_conversation_it_is_about(db, ana, webchat):
    row = make.conversation(webchat)
    with correlation.knowing(request_id="r"):
        row.note("Looked at it", by=ana)
        assert correlation.known() == {"request_id": "r", "conversation_id": row.pk}
