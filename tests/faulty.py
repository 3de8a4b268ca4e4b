"""A provider on loopback that fails at random, and the adapter that talks to it over HTTP like any other."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from channels_app import http
from channels_app.adapters.base import Adapter, Capabilities, Window
from channels_app.border import Outbound
from channels_app.verdicts import Refused, Verdict


class Faulty(Adapter):
    kind = "faulty"
    label = "Faulty line"
    window = Window(product=timedelta(hours=48))
    can = Capabilities(text=200)

    def send(self, message: Outbound) -> str:
        body = {"id": message.id, "to": message.recipient}
        answer = http.call("POST", self.channel.config["url"], json=body)
        if answer.status_code == 429:
            raise Refused(Verdict.WAIT, "Slow down.", code="429", wait=timedelta(milliseconds=5), of_recipient=True)
        if answer.status_code >= 500:
            raise Refused(Verdict.RETRY, "The provider has trouble.", code=str(answer.status_code))
        return str(answer.json()["id"])


@dataclass
class Provider:
    """What it accepted from whom, in order; and of which messages it gave no answer, whether it took them or not."""

    troubles: tuple[str, ...] = ("503", "429", "cut before", "cut after")
    share: float = 0.4
    # Seconds that it takes to answer.
    pause: float = 0
    dice: random.Random = field(default_factory=lambda: random.Random(4))
    accepted: list[tuple[str, int]] = field(default_factory=list)
    unanswered: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def asked(self, sender: str, number: int) -> str:
        """What happens to this message."""
        with self.lock:
            trouble = self.dice.choice(self.troubles) if self.dice.random() < self.share else ""
            if trouble in ("", "cut after"):
                self.accepted.append((sender, number))
            if trouble.startswith("cut"):
                self.unanswered.add(number)
            return trouble

    def accepted_of(self, sender: str) -> list[int]:
        return [number for name, number in self.accepted if name == sender]


@contextmanager
def faulty_provider(**options: object) -> Iterator[Provider]:
    provider = Provider(**options)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            trouble = provider.asked(message["to"], message["id"])
            time.sleep(provider.pause)
            if trouble.startswith("cut"):
                return  # The line is cut: whoever waits for the answer gets none.
            answer = json.dumps({"id": f"f-{message['id']}"}).encode()
            self.send_response(int(trouble or 200))
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
