"""Who else looks at a conversation or types in it: told to those who see it, kept nowhere."""

import pytest

from channels_app import live
from conversations.models import Event
from tests import make

pytestmark = pytest.mark.once


@pytest.fixture
def pushed(monkeypatch) -> list:
    """What goes to open pages: (groups, frame)."""
    seen = []
    monkeypatch.setattr(live, "push", lambda groups, frame: seen.append((sorted(groups), frame)))
    return seen


@pytest.fixture
def row(webchat):
    return make.conversation(webchat)


@pytest.mark.parametrize("does", ["came", "looks", "left"])
def test_whoever_sees_it_is_told_who_comes_looks_and_leaves(client, row, ana, sales, pushed, does):
    client.force_login(ana)
    events = Event.objects.count()

    assert client.post(f"/conversations/{row.pk}/looking/", {"does": does}).status_code == 204

    frame = {"hint": "viewing", "conversation": row.pk, "teammate": ana.pk, "name": ana.name, "does": does}
    assert pushed == [([live.OVERSEERS, live.team(sales.pk)], frame)]
    assert Event.objects.count() == events


@pytest.mark.parametrize("fields", [{}, {"note": "yes"}])
def test_they_are_told_who_types_an_answer_or_a_note(client, row, ana, pushed, fields):
    client.force_login(ana)

    assert client.post(f"/conversations/{row.pk}/typing/", fields).status_code == 204

    assert [frame["does"] for _, frame in pushed] == ["types"]


def test_whoever_does_not_see_it_tells_nobody(client, row, cara, pushed):
    client.force_login(cara)

    assert client.post(f"/conversations/{row.pk}/looking/", {"does": "came"}).status_code == 404
    assert pushed == []


def test_there_is_nothing_else_to_do(client, row, ana, pushed):
    client.force_login(ana)

    assert client.post(f"/conversations/{row.pk}/looking/", {"does": "hides"}).status_code == 400
    assert pushed == []
