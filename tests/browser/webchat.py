"""The two who talk in these tests: a customer's chat on a page, and an agent."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import FrameLocator, Locator, Page, expect


class Agent:
    """Ana or a colleague, who works through the API here; their own page is tested elsewhere."""

    def __init__(self, url: str, username: str = "ana") -> None:
        self.url = f"{url}/api/v1/"
        self.token = ""
        self.token = self.ask("tokens/", {"username": username, "password": "monty"})["token"]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Token {self.token}"} if self.token else {}
        )
        request = Request(self.url + path, json.dumps(body).encode() if body else None, headers)
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def conversation(self, saying: str) -> str:
        (found,) = self.ask(f"conversations/?{urlencode({'q': saying})}")["results"]
        return f"conversations/{found['id']}/"

    def answers(self, question: str, *texts: str) -> None:
        conversation = self.conversation(question)
        for text in texts:
            self.ask(f"{conversation}messages/", {"text": text})

    def sees(self, text: str) -> int:
        """How often this was said in the conversation that it was said in."""
        messages = self.ask(f"{self.conversation(text)}messages/")["results"]
        return [message["text"] for message in messages].count(text)


class Chat:
    """The chat on a shop page."""

    def __init__(self, page: Page, address: str = "/demo/") -> None:
        self.page = page
        page.goto(address)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def field(self) -> Locator:
        return self.frame.get_by_role("textbox", name="Message")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def bubbles(self) -> Locator:
        return self.frame.locator("#thread .bubble")

    def open(self) -> "Chat":
        self.page.get_by_role("button", name="Open chat").click()
        expect(self.field).to_be_focused()
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def line(self, text: str) -> Locator:
        return self.frame.locator("#thread .line", has_text=text)
