"""The wallboard: how it stands now, of what its reader may see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation
from conversations.wallboard import board, span
from teams import roles
from teams.models import Teammate
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = timezone.now()


def waiting_since(row: Conversation, ago: timedelta) -> None:
    Conversation.objects.filter(pk=row.pk).update(waiting_since=timezone.now() - ago)


def test_it_says_who_waits_how_long_and_who_is_there(webchat, sales, ana, ben) -> None:
    make.ready(ana)
    first, _second = make.conversation(webchat), make.conversation(webchat)
    waiting_since(first, timedelta(minutes=12, seconds=5))
    found = board(ana)
    assert (found.waiting, found.longest, found.ready) == (2, "12:05", 1)
    assert [(each.name, each.waiting, each.longest) for each in found.queues] == [("Sales", 2, "12:05")]


def test_the_admin_s_front_page_says_the_same(client, webchat, sara) -> None:
    put_off, waiting = make.conversation(webchat), make.conversation(webchat)
    put_off.snooze(timezone.now() + timedelta(hours=2), by=sara)
    client.force_login(make.staff("sven", "teams.oversee", "conversations.view_conversation"))
    figures = {str(figure.label): figure for figure in client.get("/admin/").context["figures"]}
    assert figures["Waiting now"].value == board(sara).waiting == 1
    listed = client.get(figures["Waiting now"].url).context["cl"].result_list
    assert [row.pk for row in listed] == [waiting.pk]


def test_loads_are_shown_with_capacities_the_ready_first(webchat, ana, ben) -> None:
    make.ready(ana)
    make.conversation(webchat, state="assigned", assignee=ben)
    seats = board(ana).seats
    assert [(each.person, each.words) for each in seats] == [(ana, "0/10"), (ben, "1/10")]


def test_windows_about_to_shut_are_counted(webchat, ana) -> None:
    row = make.conversation(webchat)
    make.long_ago(row, timezone.now() - timedelta(hours=47, minutes=30))
    assert board(ana).expiring == "1"


def test_other_teams_are_on_nobody_s_board_but_an_overseer_s(webchat, cara, sara) -> None:
    make.ready(cara)
    make.conversation(webchat)
    assert (board(cara).waiting, board(sara).waiting) == (0, 1)
    assert [each.person for each in board(cara).seats] == [cara]
    assert cara in [each.person for each in board(sara).seats]


def test_nobody_there_while_somebody_waits_is_an_alarm(webchat, ana) -> None:
    assert not board(ana).nobody_is_there
    make.conversation(webchat)
    assert board(ana).nobody_is_there
    make.ready(ana)
    assert not board(ana).nobody_is_there


def test_what_sleeps_or_talks_to_a_bot_waits_for_nobody(webchat, ana) -> None:
    row = make.conversation(webchat)
    row.snooze(until=timezone.now() + timedelta(days=1), by=ana)
    assert board(ana).waiting == 0


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "0:00"),
        (timedelta(seconds=42), "0:42"),
        (timedelta(minutes=59, seconds=59), "59:59"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(hours=14, minutes=3), "14 h"),
        (timedelta(days=2, hours=3), "2 d"),
    ],
)
def test_times_are_as_short_as_can_be_read_from_afar(passed, words) -> None:
    assert span(NOW - passed, NOW) == words


def test_page_and_figures_are_there_for_agents_and_shut_for_who_stays_out(client: Client, ana) -> None:
    client.force_login(ana)
    assert "Longest wait" in client.get("/wallboard/").content.decode()
    assert client.get("/wallboard/figures/").status_code == 200
    manager = make.teammate("manfred")
    roles.give(manager, "App Manager")
    client.force_login(manager)
    assert client.get("/wallboard/").status_code == 403


def test_its_cost_does_not_grow(client: Client, webchat, sara, django_assert_max_num_queries) -> None:
    client.force_login(sara)
    make.many_waiting(webchat, 30)
    for number in range(10):
        make.ready(make.teammate(f"p{number}", webchat.team))
    with django_assert_max_num_queries(8):
        client.get("/wallboard/figures/")
    assert Teammate.objects.count() == 11
