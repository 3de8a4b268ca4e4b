"""Buttons on many rows of the admin's lists: asked once more, done as any bulk action, watched to the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels_app.models import Delivery
from conversations import bulk, tasks
from conversations.admin.bulk import HANDFUL
from conversations.models import BulkRun, Conversation, Label, Message
from monty.admin import address
from teams import presence, roles
from teams.models import ApiToken, AuditEntry, Teammate
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def ask(client: Client, name: str, *rows: Any, confirmed: bool = True, **answers: Any) -> Any:
    """Choose rows of a list and an action; with `confirmed` also say yes on the page that asks."""
    chosen = {"action": f"press_{name}", "_selected_action": [row.pk for row in rows]}
    chosen |= {f"asked-{field}": value for field, value in answers.items()}
    page = address(type(rows[0]), "changelist")
    return client.post(page, chosen | ({"confirmed": "yes"} if confirmed else {}), follow=True)


def said(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def rows(webchat) -> list[Conversation]:
    return [make.conversation(webchat) for _ in range(3)]


@pytest.fixture
def crowd() -> list[Teammate]:
    """One more than is done while somebody waits."""
    return [make.teammate(f"person{number}") for number in range(HANDFUL + 1)]


def states(rows: list[Conversation]) -> list[str]:
    return [Conversation.objects.get(pk=row.pk).state for row in rows]


# --- Asked first ------------------------------------------------------------------------------------------------------


def test_the_page_that_asks_says_what_happens_to_how_many_and_does_nothing(client, supervisor, rows) -> None:
    page = said(ask(client, "drop", *rows, confirmed=False))
    assert "Drop these conversations?" in page and "Drop: all 3" in page and "Reason" in page
    assert states(rows) == ["open"] * 3 and not BulkRun.objects.exists()


def test_what_the_verb_asks_must_be_answered(client, supervisor, rows) -> None:
    page = said(ask(client, "hand_to", *rows, team="99999"))
    assert "Hand these conversations to a team?" in page and "errorlist" in page
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize("model", [Conversation, Message, Delivery, Teammate])
def test_who_may_only_look_is_offered_none(client, model, rows) -> None:
    viewer = make.teammate("vera")
    roles.give(viewer, "Viewer")
    client.force_login(viewer)
    form = client.get(address(model, "changelist")).context["action_form"]
    assert form is None or not [name for name, _label in form.fields["action"].choices if name.startswith("press_")]


def test_who_may_only_look_starts_nothing_by_posting_either(client, rows) -> None:
    viewer = make.teammate("vera")
    roles.give(viewer, "Viewer")
    client.force_login(viewer)
    ask(client, "close", *rows)
    assert states(rows) == ["open"] * 3 and not BulkRun.objects.exists()


def test_rows_that_are_gone_meanwhile_are_nothing_to_ask_about(client, supervisor, rows) -> None:
    chosen = {"action": "press_close", "_selected_action": [0], "confirmed": "yes"}
    page = client.post(address(Conversation, "changelist"), chosen, follow=True)
    assert "None of them is in this list any more." in said(page)


# --- A conversation's verbs: the inbox's own way, with its undo -------------------------------------------------------


@pytest.mark.parametrize(("verb", "state"), [("close", "closed"), ("drop", "dropped")])
def test_many_conversations_end_with_a_reason_and_the_actor_s_name(client, supervisor, rows, verb, state) -> None:
    page = said(ask(client, verb, *rows, reason="Solved by phone"))
    assert states(rows) == [state] * 3
    assert f"3 {state}." in page
    event = rows[0].events.last()
    assert (event.actor, event.data["reason"]) == (supervisor, "Solved by phone")


def test_many_are_assigned_handed_over_and_labelled(client, supervisor, rows, ana, support) -> None:
    parcels = Label.objects.create(name="Parcels")
    assert "3 assigned." in said(ask(client, "assign", *rows, teammate=ana.pk))
    assert states(rows) == ["assigned"] * 3
    assert "3 handed over." in said(ask(client, "hand_to", *rows, team=support.pk))
    assert set(Conversation.objects.values_list("team", flat=True)) == {support.pk}
    assert "3 labelled." in said(ask(client, "label", *rows, label=parcels.pk, on="1"))
    assert parcels.labellings.count() == 3
    ask(client, "label", *rows, label=parcels.pk, on="")
    assert parcels.labellings.count() == 0


def test_it_can_be_taken_back_for_a_moment_and_not_for_longer(client, supervisor, rows) -> None:
    assert "Undo" in said(ask(client, "close", *rows))
    run = BulkRun.objects.get()
    page = client.post(address(BulkRun, "undo", run.pk), follow=True)
    assert "3 as they were." in said(page) and states(rows) == ["open"] * 3
    assert "It is too late to undo this." in said(client.post(address(BulkRun, "undo", run.pk), follow=True))


def test_what_is_refused_is_named_with_its_reason(client, supervisor, rows) -> None:
    rows[1].close(by=supervisor)
    page = said(ask(client, "close", *rows))
    assert "2 closed." in page and "1 was left as it is" in page
    assert "Not possible while it is Closed." in page and f"#{rows[1].pk}" in page


# --- Everything else: the row's own button ----------------------------------------------------------------------------


def test_each_is_pressed_for_itself_and_the_logs_name_who_did_it(client, supervisor, ana, ben) -> None:
    presence.choose(ben, "away", by=ben)
    page = said(ask(client, "away", ana, ben, reason="Training"))
    assert "1 done." in page and "Not possible as it stands now." in page and "Ben" in page
    ana.refresh_from_db()
    assert (ana.availability, ana.away_reason) == ("away", "Training")
    told = {(entry.kind, entry.data["did"]): entry for entry in AuditEntry.objects.filter(deed="did")}
    assert told["teams.teammate", "Set away"].subject == "Ana"
    assert told["conversations.bulkrun", "Set away"].data["rows"] == 2
    assert {entry.actor for entry in told.values()} == {supervisor}


def test_a_button_that_is_pressed_cannot_be_taken_back(client, supervisor, ana) -> None:
    assert "Undo" not in said(ask(client, "away", ana))
    assert BulkRun.objects.get().undo_until is None


def test_more_than_a_handful_is_left_to_a_worker_and_the_page_waits(client, supervisor, crowd) -> None:
    page = said(ask(client, "away", *crowd))
    assert f"0 of {len(crowd)}…" in page and 'data-refresh="1"' in page
    assert not Teammate.objects.filter(availability="away").exists()
    run = BulkRun.objects.get()
    tasks.bulk(run.pk)
    page = said(client.get(address(BulkRun, "progress", run.pk)))
    assert f"{len(crowd)} done." in page and "data-refresh" not in page
    assert Teammate.objects.filter(availability="away").count() == len(crowd)


def test_what_lost_its_worker_goes_on_and_does_nothing_twice(client, supervisor, crowd) -> None:
    ask(client, "away", *crowd)
    run = BulkRun.objects.get()
    bulk.carry_out_batch(run.pk)
    BulkRun.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    tasks.resume_bulk()
    run.refresh_from_db()
    assert (run.done, run.failed, run.is_finished) == (len(crowd), 0, True)
    assert all(person.presence_changes.filter(what="away").count() == 1 for person in crowd)


def test_whoever_may_not_any_more_when_its_turn_comes_changes_nothing(client, supervisor, crowd) -> None:
    ask(client, "away", *crowd)
    roles.give(supervisor, "Viewer")
    tasks.bulk(BulkRun.objects.get().pk)
    run = BulkRun.objects.get()
    assert (run.done, run.failed) == (0, len(crowd))
    assert not Teammate.objects.filter(availability="away").exists()


def test_whoever_is_held_to_their_teams_reaches_nobody_else(client, sales, support, ana, cara) -> None:
    lead = make.teammate("lead", sales)
    roles.give(lead, "Supervisor", own_teams_only=True)
    client.force_login(lead)
    ask(client, "away", ana, cara)
    assert list(Teammate.objects.filter(availability="away")) == [ana]


def test_tokens_end_in_the_background_too(client, supervisor, crowd) -> None:
    for person in crowd:
        ApiToken.objects.make(person)
    ask(client, "token", *crowd)
    tasks.bulk(BulkRun.objects.get().pk)
    assert not ApiToken.objects.exists()
    assert AuditEntry.objects.filter(kind="teams.teammate", data__did="Revoke API token").count() == len(crowd)


def test_nobody_else_watches_it(client, supervisor, ana) -> None:
    ask(client, "away", ana)
    run = BulkRun.objects.get()
    other = make.teammate("oscar")
    roles.give(other, "Supervisor")
    client.force_login(other)
    assert client.get(address(BulkRun, "progress", run.pk)).status_code == 404
    assert client.post(address(BulkRun, "undo", run.pk)).status_code == 404
