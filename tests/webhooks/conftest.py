"""What webhooks need beside the standing cast: somebody who arranges them, and a receiver without a network."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from channels_app import http
from conversations.models import Event
from teams import roles
from teams.models import Teammate
from tests import make
from webhooks.models import Delivery, Subscription

URL = "https://crm.example/monty"


class Receiver:
    """Answers 204 unless told otherwise, in this order; keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.requests: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def told(self) -> list[str]:
        return [body["type"] for body in self.bodies]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()
    monkeypatch.setattr(http, "transport", httpx.MockTransport(found.handle))
    yield found


@pytest.fixture
def admin(db: None) -> Teammate:
    person = make.teammate("adele", email="adele@example.org")
    roles.give(person, "Admin")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def subscribe(admin: Teammate) -> Callable[..., Subscription]:
    def subscribe(*verbs: str, teams: Any = None, url: str = URL, name: str = "CRM") -> Subscription:
        return Subscription.make(by=admin, teams=teams, name=name, url=url, verbs=list(verbs))

    return subscribe


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Do something and let it be committed, with all that follows."""

    def commit(deed: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return deed()

    return commit


@pytest.fixture
def talk(conversation: Any) -> Any:
    """A conversation of whose beginning everybody was told."""
    Event.objects.update(published=True)
    return conversation


def states(subscription: Subscription) -> list[tuple[str, str]]:
    return list(subscription.deliveries.order_by("event").values_list("verb", "state"))


def only(subscription: Subscription) -> Delivery:
    return Delivery.objects.get(subscription=subscription)
