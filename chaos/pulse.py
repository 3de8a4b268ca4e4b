"""How well it is while things die: a customer's line that an agent answers, from end to end, again and again."""

import json
import time
from dataclasses import dataclass, field

from chaos.crowd import AtWork, Guest, Ledger, Worker
from chaos.house import House


@dataclass
class Heard:
    """How long each round took, in seconds: written, taken, answered, and the answer with its tick on the page."""

    rounds: list[float] = field(default_factory=list)


class Pulse(Worker):
    """One visitor of a website that has nobody else, and an agent who answers at once."""

    def __init__(self, house: House, channel: str, ledger: Ledger, heard: Heard, number: int) -> None:
        super().__init__(1.0, f"pulse {number}")
        self.house, self.heard = house, heard
        self.guest = Guest(house.url, channel, ledger, 1000 + number)
        self.agent = AtWork(house.url, "ben", ledger, 1000 + number)
        self.conversation = self.seen = 0

    def act(self) -> None:
        start = time.monotonic()
        self.guest.act()
        answer = self.agent.answer(self.conversation or self.find())
        while not self.sees(answer):
            if self.over.wait(0.1):
                return
        self.heard.rounds.append(time.monotonic() - start)

    def find(self) -> int:
        client_id, _text = self.guest.said[-1]
        found = f"SELECT conversation_id FROM conversations_message WHERE external_id LIKE '%/{client_id}'"
        self.conversation = self.house.rows(found)[0][0]
        return self.conversation

    def sees(self, answer: str) -> bool:
        """Whether the answer is on the visitor's page, and out."""
        _status, text = self.stubborn(lambda: self.guest.visitor.http.call("GET", f"messages/?after={self.seen}"))
        for message in json.loads(text)["messages"]:
            if answer in message["text"] and message["status"] in ("sent", "delivered", "read"):
                self.seen = message["id"]
                return True
        return False
