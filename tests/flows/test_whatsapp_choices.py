"""Choices on all five channels: buttons, a list's rows, or numbers; and what a press brings back."""

import json

import pytest
import respx

from channels_app.adapters import ADAPTERS
from channels_app.border import Outbound, QuickReply
from channels_app.models import Channel
from channels_app.whatsapp_choices import interactive
from monty.errors import BadInput


def offered(number: int, title: str = "Answer") -> tuple[QuickReply, ...]:
    return tuple(QuickReply(f"{title} {each}", f"node:c{each}") for each in range(number))


@pytest.mark.parametrize(("number", "kind"), [(1, "button"), (3, "button"), (4, "list"), (10, "list")])
def test_up_to_three_are_buttons_and_up_to_ten_a_list(number, kind):
    found = interactive("Which?", offered(number))["interactive"]
    assert (found["type"], found["body"]) == (kind, {"text": "Which?"})
    action = found["action"]
    ids = (
        [each["reply"]["id"] for each in action["buttons"]]
        if kind == "button"
        else [row["id"] for section in action["sections"] for row in section["rows"]]
    )
    assert ids == [f"node:c{each}" for each in range(number)]


def test_a_long_text_has_a_list_under_it_since_buttons_take_less():
    assert interactive("x" * 1025, offered(2))["interactive"]["type"] == "list"


def test_whatsapp_is_told_so():
    config = {"base_url": "https://graph.example", "access_token": "x"}
    channel = Channel(kind="whatsapp", external_id="1", config=config)
    with respx.mock(base_url="https://graph.example") as graph:
        call = graph.post(path__regex="/messages$").respond(json={"messages": [{"id": "wamid.1"}]})
        channel.adapter.send(Outbound(id=1, recipient="49151", text="Which?", quick_replies=offered(2)))
    body = json.loads(call.calls.last.request.content)
    assert body["type"] == "interactive"
    assert body["interactive"]["action"]["buttons"][0] == {
        "type": "reply",
        "reply": {"id": "node:c0", "title": "Answer 0"},
    }


@pytest.mark.parametrize("kind", ["facebook", "instagram", "whatsapp"])
def test_what_is_too_long_for_a_button_is_refused(kind):
    adapter = ADAPTERS[kind](Channel(kind=kind))
    adapter.demand_quick_replies(offered(3))
    with pytest.raises(BadInput, match="20"):
        adapter.demand_quick_replies(offered(3, "A title that is too long"))


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 5])
def test_the_simulated_whatsapp_shows_them_and_a_press_comes_back(number):
    from channels_app.simulator import customer, people
    from channels_app.simulator.apis.whatsapp_content import CONTENT
    from channels_app.simulator.connection import connect
    from channels_app.simulator.models import Account
    from channels_app.simulator.providers.whatsapp import content
    from channels_app.whatsapp_items import read
    from tests import make

    channel = make.channel("whatsapp", external_id="105000000000002")
    connect(channel)
    account = Account.objects.of(channel)
    people.cast(account)
    person = account.people.first()
    part = interactive("Which?", offered(number))["interactive"]
    said = CONTENT["interactive"](account, part)
    message = person.messages.create(account=account, external_id="wamid.o", from_customer=False, **said)
    customer.press(message, "node:c1")
    pressed = person.messages.filter(from_customer=True).latest("pk")
    assert content(pressed)["interactive"]["type"] == ("button_reply" if number < 4 else "list_reply")
    [body] = account.provider.bodies(list(account.provider.heard(pressed)), together=True)
    [fact] = [each for each in read(body) if getattr(getattr(each, "fact", each), "text", "") == "Answer 1"]
    assert "node:c1" in str(fact)
