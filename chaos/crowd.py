"""Who writes while everything dies: customers on five channels, and two agents who answer.

Everybody keeps at it until they have an answer, under the same id, as the pages do.
"""

import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any

from monty.demo.stories import STORIES
from tests.client import Http, Visitor

AGENTS = ("ana", "cara")
VISITORS, CALLERS = 4, 3
# Seconds between two things that one of them does, on average.
CUSTOMERS_PAUSE, AGENTS_PAUSE = 6.0, 1.2
LINES = [text for story in STORIES for who, text in story if who == "customer"]
ANSWERS = [text for story in STORIES for who, text in story if who != "customer"]
# What a broken connection, or a server that is dying, looks like from outside.
LOST = (OSError, HTTPException)
# The people of the simulated providers, as the phone's addresses name them.
CAST = f"""
import json
from channels_app.models import Channel
from channels_app.simulator import people
from channels_app.simulator.models import Account
from channels_app.simulator.providers import PROVIDERS
from teams.models import Team, Teammate
Team.objects.update(schedule=None, capacity=None, away_message="")
Teammate.objects.update(capacity=500)
outside = list(Channel.objects.filter(kind__in=PROVIDERS))
callers = [(str(row.uuid), people.newcomer(Account.objects.of(row)).pk) for row in outside for _ in range({CALLERS})]
chat = Channel.objects.webchats().get()
pulse = Channel.objects.create(kind="webchat", name="Pulse", config={{}})
print(json.dumps({{"callers": callers, "chat": str(chat.uuid), "pulse": str(pulse.uuid)}}))
"""


@dataclass
class Ledger:
    """What was taken: visitors' lines by their token, and the ids of agents' answers. The providers keep their own."""

    said: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Worker:
    """Somebody on a thread of their own, who does one thing after the other until told to stop."""

    def __init__(self, pause: float, seed: Any) -> None:
        self.pause = pause
        self.dice = random.Random(seed)
        self.over = threading.Event()
        self.broken: BaseException | None = None
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self) -> None:
        try:
            while not self.over.wait(self.dice.uniform(0.4, 1.6) * self.pause):
                self.act()
        except BaseException as error:
            self.broken = error
            raise

    def act(self) -> None:
        raise NotImplementedError

    def stubborn(self, call: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        """Again and again until it is answered by somebody who is well."""
        while True:
            try:
                status, text = call()
                if status < 500 and status != 429:
                    return status, text
            except LOST:
                pass
            time.sleep(0.3)


class Guest(Worker):
    """A visitor of the website."""

    def __init__(self, url: str, channel: str, ledger: Ledger, seed: int) -> None:
        super().__init__(CUSTOMERS_PAUSE, f"guest {seed}")
        self.visitor = Visitor(url, channel)
        self.said = ledger.said.setdefault(self.visitor.token, [])

    def act(self) -> None:
        body = {"client_id": str(uuid.uuid4()), "text": self.dice.choice(LINES)}
        content = json.dumps(body).encode()
        post = partial(self.visitor.http.call, "POST", "messages/", content, Content_Type="application/json")
        status, text = self.stubborn(post)
        assert status in (200, 201), (status, text)
        self.said.append((body["client_id"], body["text"]))


class Caller(Worker):
    """A customer at their phone. What the provider took stands in its own books, so nothing is said again."""

    def __init__(self, url: str, channel: str, number: int, seed: int) -> None:
        super().__init__(CUSTOMERS_PAUSE, f"caller {seed}")
        self.phone = Http(f"{url}/demo/phone/{channel}/{number}/")

    def act(self) -> None:
        what = self.dice.choices(["say", "see", "send"], weights=[7, 3, 1])[0]
        fields = {"say": f"text={self.dice.choice(LINES)}", "send": "kind=image", "see": ""}[what]
        try:
            if not self.phone.cookie_header():
                self.phone.call("GET", "")
            token = self.phone.cookie_header().partition("csrftoken=")[2].partition(";")[0]
            headers = {"X_CSRFToken": token, "Content_Type": "application/x-www-form-urlencoded"}
            self.phone.call("POST", f"{what}/", fields.encode(), **headers)
        except LOST:
            pass


class AtWork(Worker):
    """An agent who answers whoever waits for them, and now and then closes or takes a note."""

    def __init__(self, url: str, username: str, ledger: Ledger, seed: int) -> None:
        super().__init__(AGENTS_PAUSE, f"{username} {seed}")
        self.ledger = ledger
        self.api = Http(f"{url}/api/v1/")
        body = {"username": username, "password": "monty"}
        self.api.headers["Authorization"] = f"Token {self.api.post('tokens/', body)['token']}"
        self.me = self.api.get("me/")["id"]

    def act(self) -> None:
        mine = self.dice.choice([f"assignee={self.me}", f"assignee={self.me}", "assignee=none&team=none"])
        _status, text = self.stubborn(lambda: self.api.call("GET", f"conversations/?waiting=true&{mine}"))
        if found := json.loads(text)["results"]:
            number = self.dice.choice(found)["id"]
            self.answer(number)
            if self.dice.random() < 0.15:
                self.press(f"conversations/{number}/close/", {})
            elif self.dice.random() < 0.1:
                self.press(f"conversations/{number}/note/", {"text": "Looked at it.", "client_id": str(uuid.uuid4())})

    def answer(self, number: int) -> str:
        """Every answer is unlike any other, so that the provider's books can be compared with ours. What is unlike."""
        client_id = str(uuid.uuid4())
        body = {"text": f"{self.dice.choice(ANSWERS)} ({client_id[:13]})", "client_id": client_id}
        status, text = self.press(f"conversations/{number}/messages/", body)
        if status in (200, 201):
            self.ledger.answered.append(client_id)
        else:
            self.ledger.refused.append(text)
        return client_id[:13]

    def press(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        content = json.dumps(body).encode()
        return self.stubborn(lambda: self.api.call("POST", path, content, Content_Type="application/json"))
