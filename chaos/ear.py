"""One socket that hears what everybody who oversees hears, and comes back as a page does when it is cut."""

import json
import threading

from websockets import Origin
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from chaos.crowd import LOST
from tests.client import Agent

FRESH = ("ready", "catch_up")


class Ear:
    """The events that came live, and how often the server or the socket itself said that some may be missing."""

    def __init__(self, agent: Agent, url: str) -> None:
        self.agent, self.url = agent, url
        self.heard: set[int] = set()
        self.gaps = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self) -> None:
        while not self.over.wait(0.5):
            try:
                self.listen()
            except (*LOST, WebSocketException):
                pass

    def listen(self) -> None:
        headers = {"Cookie": self.agent.browser.cookie_header()}
        origin = Origin(self.agent.url)
        with connect(f"{self.url}/ws/inbox/", origin=origin, additional_headers=headers, ping_interval=None) as socket:
            while not self.over.is_set():
                try:
                    frame = json.loads(socket.recv(timeout=30))
                except TimeoutError:
                    socket.send('{"type":"heartbeat"}')
                    continue
                self.gaps += frame.get("hint") in FRESH
                self.heard.update({frame["id"]} if "id" in frame else ())
