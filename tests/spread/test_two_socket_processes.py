"""Spread out, nobody notices how many processes there are."""

import pytest

from tests.client import Agent, Visitor, hear
from tests.processes import SpreadOut, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgresql,
    pytest.mark.redis,
]


@pytest.fixture
def channel(spread_out: SpreadOut) -> str:
    agent = Agent(spread_out.url, "ana")
    channels = agent.api.get("channels/")["results"]
    return str(next(each["uuid"] for each in channels if each["kind"] == "webchat"))


def test_a_visitors_message_reaches_agents_on_both_socket_processes(spread_out: SpreadOut, channel: str) -> None:
    visitor = Visitor(spread_out.url, channel)
    one, other = (Agent(spread_out.url, "ana").listen(url) for url in spread_out.socket_urls)

    visitor.say("Is anybody there?")

    first, second = hear(one, verb="receive"), hear(other, verb="receive")
    assert first == second


def test_an_agents_answer_reaches_the_visitor_on_the_other_process(spread_out: SpreadOut, channel: str) -> None:
    visitor, agent = Visitor(spread_out.url, channel), Agent(spread_out.url, "ana")
    inbox, page = agent.listen(spread_out.socket_urls[0]), visitor.listen(spread_out.socket_urls[1])
    visitor.say("Do you sell lamps?")
    conversation = hear(inbox, verb="receive")["conversation"]

    agent.api.post(f"conversations/{conversation}/messages/", {"text": "We do!"})

    hear(page, verb="reply")
    wait_until(lambda: [each["text"] for each in visitor.read()] == ["Do you sell lamps?", "We do!"], what="the answer")


def test_a_worker_sends_what_an_agent_wrote(spread_out: SpreadOut, channel: str) -> None:
    visitor, agent = Visitor(spread_out.url, channel), Agent(spread_out.url, "ben")
    inbox = agent.listen(spread_out.socket_urls[1])
    visitor.say("Hello")
    conversation = hear(inbox, verb="receive")["conversation"]

    agent.api.post(f"conversations/{conversation}/messages/", {"text": "Hello!"})

    hear(inbox, verb="deliver", conversation=conversation)
    newest = agent.api.get(f"conversations/{conversation}/messages/")["results"]
    assert {each["status"] for each in newest if each["from"] == "teammate"} == {"sent"}


def test_auto_assign_gives_a_waiting_conversation_to_somebody_ready(spread_out: SpreadOut, channel: str) -> None:
    agent = Agent(spread_out.url, "ana")
    inbox = agent.listen(spread_out.socket_urls[0])
    agent.presence("active")

    Visitor(spread_out.url, channel).say("I would like to buy a chair")

    arrived = hear(inbox, verb="receive")
    assigned = hear(inbox, verb="assign", conversation=arrived["conversation"])
    assert assigned["state"] == "assigned"
    assert assigned["assignee"] is not None


def test_whoever_comes_first_to_an_inbox_where_everybody_was_away_has_work_before_the_net_looks(
    spread_out: SpreadOut, channel: str
) -> None:
    people = [Agent(spread_out.url, name) for name in ("ana", "ben")]
    for person in people:
        person.presence("away")
    ana = people[0]
    inbox = ana.listen(spread_out.socket_urls[1])
    Visitor(spread_out.url, channel).say("Nobody there?")
    waiting = hear(inbox, verb="receive")["conversation"]

    ana.presence("active")

    # The net looks every 10 s; the road itself takes milliseconds (`make bench` says how many).
    assert hear(inbox, seconds=5, verb="assign", conversation=waiting)["state"] == "assigned"
