"""Real Chromium against a real embedded Monty with demo data, as somebody who typed `make run` sees it.

Playwright's loop runs in the test's own thread, so these tests never touch the ORM: they act through pages and HTTP.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests import prepared
from tests.browser.inbox import opened
from tests.browser.webchat import Agent, Chat
from tests.client import Visitor
from tests.processes import Embedded
from tests.services import CHROMIUM

# Milliseconds. Two cores that serve several browsers at once may be slow; whatever comes at once is not waited for.
expect.set_options(timeout=30_000)

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # A microphone that hums, and a person who allows it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs Chromium."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def monty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A running embedded server with demo data; `.url` is its address."""
    yield from prepared.running(tmp_path_factory, "monty")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A person's own browser: nothing shared with another's. Fails the test if a page broke the CSP."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.on("console", listen)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext], monty: Embedded) -> Callable[..., Page]:
    def make(**options: object) -> Page:
        return new_context(base_url=monty.url, **options).new_page()

    return make


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Who has logged in once, and what their browser keeps of it."""
    return {}


@pytest.fixture
def logged_in(new_page: Callable[..., Page], monty: Embedded, cookies: dict[str, Any]) -> Callable[..., Page]:
    """The inbox as this person sees it after logging in, in a browser of their own."""

    def make(username: str, **options: object) -> Page:
        page = new_page(storage_state=cookies.get(username), **options)
        if username not in cookies:
            page.goto("/login/")
            page.get_by_label("Username").fill(username)
            page.get_by_label("Password").fill("monty")
            page.get_by_role("button", name="Log in", exact=True).click()
            page.wait_for_url(f"{monty.url}/")
            cookies[username] = page.context.storage_state()
        else:
            page.goto("/")
        return page

    return make


@pytest.fixture
def chat(new_page: Callable[..., Page]) -> Chat:
    """The demo shop's chat, open, in a customer's own browser."""
    return Chat(new_page()).open()


@pytest.fixture(scope="session")
def agent(monty: Embedded) -> Agent:
    """Ana at work, by the API."""
    return Agent(monty.url)


@pytest.fixture(scope="session")
def overseer(monty: Embedded) -> Agent:
    """Sara, who sees every team's conversations, by the API."""
    return Agent(monty.url, "sara")


@pytest.fixture(scope="session")
def channel(agent: Agent) -> str:
    """The demo shop's webchat, as its address names it."""
    return next(each["uuid"] for each in agent.ask("channels/")["results"] if each["kind"] == "webchat")


@pytest.fixture
def visitor(monty: Embedded, channel: str) -> Visitor:
    """A customer in the webchat, by the API."""
    return Visitor(monty.url, channel)


@pytest.fixture
def question() -> str:
    """A first message that no other test has written."""
    return f"Is it in stock? {uuid.uuid4().hex[:8]}"


@pytest.fixture
def talk(visitor: Visitor, question: str, logged_in: Callable[..., Page]) -> Page:
    """Ana's inbox with the visitor's conversation open in it."""
    visitor.say(question)
    return opened(logged_in("ana"), question)
