"""Customers who write right now, so that the inbox moves while you watch.

On the website through the webchat's own HTTP door; elsewhere on their phones, whose providers tell the running server.
"""

import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from channels_app.models import Channel
from monty.demo import phones
from monty.demo.phones import Caller
from monty.demo.stories import FIRST_NAMES, LAST_NAMES, STORIES, UNFINISHED

HURRY = 20.0  # Seconds between two things that any one customer does, on average.


@dataclass
class Customer:
    """One browser on the shop's page: knows its token, what it still wants to say, and what it has seen."""

    base: str
    name: str
    lines: list[str]
    token: str = ""
    seen: int = 0
    answers: int = field(default=0)

    def call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Visitor {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}{path}", data=data, headers=headers)  # noqa: S310  (an http address by option)
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return dict(json.load(answer))

    def arrive(self) -> None:
        self.token = self.call("sessions/", {"identity": {"name": self.name}})["token"]

    def live(self) -> str:
        """Read what is new, then perhaps say the next thing; what happened, in words ("" for nothing)."""
        for message in self.call(f"messages/?after={self.seen}")["messages"]:
            self.seen = message["id"]
            self.answers += message["from"] == "teammate"
        if not self.lines:
            return ""
        text = self.lines.pop(0)
        self.call("messages/", {"client_id": str(uuid.uuid4()), "text": text})
        return f"{self.name}: {text}"


def play(url: str, outside: list[Channel], *, seconds: float, say: Callable[[str], None]) -> None:
    """Keep about a dozen customers talking for so many seconds. Raises URLError when nobody answers at `url`."""
    chance = random.Random()  # noqa: S311
    customers: list[Customer | Caller] = [visitor(url, chance)]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len(customers) < 12 and chance.random() < 0.3:
            customers.append(newcomer(url, outside, chance))
        for customer in customers:
            if chance.random() < 1 / HURRY:
                say(customer.live())
        customers = [customer for customer in customers if customer.lines]
        time.sleep(1)


def newcomer(url: str, outside: list[Channel], chance: random.Random) -> "Customer | Caller":
    """On any of the channels; on the website as often as on another one."""
    channel = chance.choice([None, *outside])
    return visitor(url, chance) if channel is None else phones.caller(channel, some_lines(chance))


def some_lines(chance: random.Random) -> list[str]:
    return [text for who, text in chance.choice(STORIES + UNFINISHED) if who == "customer"]


def visitor(url: str, chance: random.Random) -> Customer:
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    customer = Customer(url, name, some_lines(chance))
    customer.arrive()
    return customer
