"""What is worked on here and now: the request that began it, the task, and the conversation it is about.

Log lines tell all three. A request brings its id along (`X-Request-ID`, as a proxy sets it) or is given one; the answer
gives it back, and every task that it asks for takes it along, together with the conversation.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# Whoever asks may send anything; a log line and a header take this.
WELL_FORMED = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_known: ContextVar[dict[str, Any] | None] = ContextVar("correlation", default=None)


def known() -> dict[str, Any]:
    """`request_id`, `task`, `conversation_id`: those of them that are known here."""
    return dict(_known.get() or {})


def about(conversation_id: int) -> None:
    """From here on it is about this conversation, until the request or the task is over."""
    facts = _known.get()
    if facts is not None:
        facts["conversation_id"] = conversation_id


@contextmanager
def knowing(**facts: Any) -> Iterator[None]:
    """Whatever is logged inside tells these facts, and what `about` says."""
    token = _known.set({name: fact for name, fact in facts.items() if fact})
    try:
        yield
    finally:
        _known.reset(token)


class Correlation:
    """Middleware: the request's id, for as long as it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        with knowing(request_id=request_id):
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response


# --- Tasks: receivers of Celery's signals (monty/celery.py) ----------------------------------------------------------


def send_along(headers: dict[str, Any], **_: Any) -> None:
    """A task leaves: it takes along what began it."""
    headers.update({name: fact for name, fact in known().items() if name != "task"})


def take_up(task: Task, **_: Any) -> None:
    """A task begins. One that beat asked for was begun by no request."""
    brought: dict[str, Any] = task.request.headers or {}
    facts = {name: brought.get(name) for name in ("request_id", "conversation_id")}
    task.request.knowing = knowing(task=task.name, **facts)
    task.request.knowing.__enter__()


def put_down(task: Task, **_: Any) -> None:
    task.request.knowing.__exit__(None, None, None)
