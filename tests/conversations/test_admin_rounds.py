"""The flight recorder and the replay in the admin."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.balancer import assignment
from conversations.forms import replay
from conversations.models import Conversation, Decision, Round
from conversations.replay import reading
from monty.admin import address, page_of
from teams.models import Membership, Team, Teammate
from tests import make

PAGE = "/admin/conversations/round/replay/"


@pytest.fixture
def handed_out(sales, ana, ben, webchat) -> Round:
    """An hour ago: Ana carried one already, so Ben got the first; Carl, who was away, none. The last found nobody."""
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        return round_of(sales, ana, ben, webchat)


def round_of(sales, ana, ben, webchat) -> Round:
    Team.objects.filter(pk=sales.pk).update(auto_assign=True, capacity=2)
    make.ready(ana)
    make.ready(ben)
    make.teammate("carl", sales, availability="away")
    make.conversation(webchat, state="assigned", assignee=ana)
    for _ in range(4):
        make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    return Round.objects.get()


def asked(team: Team, **changes) -> dict:
    now = timezone.localtime()
    fields = {"start": now - timedelta(hours=3), "until": now}
    told = {name: f"{at:%Y-%m-%dT%H:%M:%S}" for name, at in fields.items()}
    return {"team": team.pk, "weight": "0.25", **told, **changes}


def test_a_round_tells_its_members_and_its_decisions_in_order(client: Client, supervisor, handed_out) -> None:
    page = client.get(page_of(handed_out))

    stands = {each.name: each for each in page.context["stands"]}
    assert (stands["Ana"].load, stands["Ana"].load_here, stands["Ana"].hurdle) == ("1/10", "1/2", "")
    assert stands["Carl"].hurdle == "away"
    steps = [(str(step.decision.teammate), step.load, step.rule) for step in page.context["steps"]]
    assert steps == [
        ("Ben", "0", "Least to do"),
        ("Ana", "1", "Same load: longest since the last one"),
        ("Ben", "1", "The only one who could take it"),
        ("None", "", ""),
    ]


def test_the_list_tells_how_many_got_and_found_nobody(client: Client, supervisor, handed_out) -> None:
    page = client.get(address(Round, "changelist")).content.decode()

    assert '<td class="field-dealt">3</td>' in page
    assert '<td class="field-left">1</td>' in page
    assert '<td class="field-able">2 of 3</td>' in page


def test_a_round_costs_as_many_queries_with_many_decisions(
    client: Client, supervisor, handed_out, webchat, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    client.get(page_of(handed_out))  # Fills the caches of content types.
    with django_assert_max_num_queries(16) as few:
        client.get(page_of(handed_out))
    rows = [make.conversation(webchat) for _ in range(5)]
    Decision.objects.bulk_create(
        Decision(round=handed_out, place=place, conversation=row, priority=2) for place, row in enumerate(rows, start=5)
    )
    with django_assert_num_queries(len(few)):
        client.get(page_of(handed_out))


def test_a_conversations_page_leads_to_its_decisions(client: Client, supervisor, handed_out) -> None:
    row = Conversation.objects.latest("pk")
    link = f"{address(Decision, 'changelist')}?conversation__id__exact={row.pk}"

    assert link in client.get(page_of(row)).content.decode()
    assert list(client.get(link).context["cl"].result_list) == list(row.decisions.all())


def test_rounds_of_other_teams_are_out_of_sight(client: Client, handed_out, support, sales) -> None:
    stella = make.staff("stella", "conversations.view_round", teams=[support])
    client.force_login(stella)
    assert client.get(address(Round, "changelist")).context["cl"].result_count == 0
    assert client.get(PAGE, {"team": sales.pk}).status_code == 404

    Membership.objects.create(team=sales, teammate=stella)
    assert client.get(address(Round, "changelist")).context["cl"].result_count == 1
    assert client.get(PAGE, {"team": sales.pk}).status_code == 200


def test_the_replay_is_shut_to_whoever_may_not_see_rounds(client: Client, sales) -> None:
    client.force_login(make.staff("stella", teams=[sales]))
    assert client.get(PAGE).status_code == 403


def test_the_replay_is_linked_from_the_rounds_and_from_the_front_page(client: Client, supervisor) -> None:
    assert reverse("admin:conversations_round_replay") == PAGE
    for page in (address(Round, "changelist"), "/admin/"):
        assert PAGE in client.get(page).content.decode()


def test_before_anything_is_asked_it_offers_the_last_seven_days(client: Client, supervisor, handed_out, sales) -> None:
    page = client.get(PAGE)

    assert page.context["team"] == sales
    assert page.context["results"] is None
    start, until = page.context["form"].initial["start"], page.context["form"].initial["until"]
    assert until - start == timedelta(days=7)


def test_more_capacity_finds_somebody_for_everything(client: Client, supervisor, handed_out, sales) -> None:
    Team.objects.filter(pk=sales.pk).update(capacity=None)
    Teammate.objects.filter(username__in=["ana", "ben"]).update(capacity=2)

    page = client.get(PAGE, asked(sales, capacity=5))

    rows = {str(row.label): [cell.shown for cell in row.cells] for row in page.context["results"].summary}
    assert rows["Handed out"] == ["3", "3", "4"]
    assert rows["Still waiting at the end"] == ["1", "1", "0"]
    assert rows["Wait: mean"][1:] == ["0 s", "0 s"]


def test_members_are_left_out_and_added(client: Client, supervisor, handed_out, sales, cara, ben) -> None:
    page = client.get(PAGE, asked(sales, without=[ben.pk], added=[cara.pk]))

    got = {row.label: [cell.shown for cell in row.cells[::4]] for row in page.context["results"].people}
    assert got["Ben"] == ["2", "2", "–"]
    assert got["Ana"][2] == "1"
    # She was never connected.
    assert got["Cara"] == ["0", "–", "0"]


def days_ago(days: int) -> str:
    return f"{timezone.localtime() - timedelta(days=days):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"start": days_ago(1), "until": days_ago(2)}, "until", "must end after it begins"),
        ({"until": days_ago(-1)}, "until", "in the future"),
        ({"start": days_ago(40)}, "until", "At most 31 days"),
        ({"start": "soon"}, "start", "valid date/time"),
        ({"capacity": -1}, "capacity", "greater than or equal to 0"),
        ({"weight": 2}, "weight", "less than or equal to 1"),
        ({"weight": "nan"}, "weight", "Enter a number"),
        ({"without": [10**9]}, "without", "nobody who can be chosen"),
        ({"without": [10**30]}, "without", "nobody who can be chosen"),
        ({"added": ["ana"]}, "added", "nobody who can be chosen"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_words(
    client: Client, supervisor, handed_out, sales, changes, field, sentence
) -> None:
    page = client.get(PAGE, asked(sales, **changes))

    assert page.status_code == 200
    assert sentence in str(page.context["form"].errors[field])
    assert page.context["results"] is None


def test_a_negative_capacity_of_one_member_is_refused(client: Client, supervisor, handed_out, sales, ana) -> None:
    page = client.get(PAGE, asked(sales, **{replay.capacity_of(ana.pk): -3}))
    assert "greater than or equal to 0" in str(page.context["form"].errors)


def test_a_period_with_too_much_in_it_is_refused(client: Client, supervisor, handed_out, sales, monkeypatch) -> None:
    monkeypatch.setattr(reading, "MOST", 4)
    page = client.get(PAGE, asked(sales))
    assert "More than 4 conversations" in str(page.context["form"].errors["until"])


@pytest.mark.parametrize("team", ["x", "999999", "-1"])
def test_an_unknown_team_is_not_found(client: Client, supervisor, sales, team) -> None:
    assert client.get(PAGE, {"team": team}).status_code == 404


def test_without_any_team_it_says_so(client: Client, supervisor) -> None:
    assert "no team yet" in client.get(PAGE).content.decode()
