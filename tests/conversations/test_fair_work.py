"""What agents see of fair work: picking up, why a team's inbox stands still, why somebody has a conversation."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation
from teams import presence
from teams.models import Holiday, Schedule, Team, Teammate
from tests import make
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept": "application/json"}


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def page_of(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        page_of(client, address)
    return len(captured)


def act(client, conversation, verb, **fields):
    return client.post(f"/conversations/{conversation.pk}/{verb}/", fields, headers=BY_SCRIPT)


# --- Picking up -----------------------------------------------------------------------------------------------------


def test_what_nobody_has_can_be_picked_up(as_ana, ana, conversation):
    assert 'id="pick-up"' in page_of(as_ana, f"/conversations/{conversation.pk}/")
    assert act(as_ana, conversation, "pick_up").status_code == 204
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee) == ("assigned", ana)
    assert 'id="pick-up"' not in page_of(as_ana, f"/conversations/{conversation.pk}/")


def test_what_has_ended_cannot_be_picked_up(as_ana, ana, conversation):
    conversation.close(by=ana)
    assert 'id="pick-up"' not in page_of(as_ana, f"/conversations/{conversation.pk}/")
    assert act(as_ana, conversation, "pick_up").status_code == 409


def test_whoever_was_slower_is_told_who_has_it(as_ana, ben, conversation):
    conversation.pick_up(by=ben)
    answer = act(as_ana, conversation, "pick_up")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Ben has this conversation.")


def test_what_is_in_another_teams_inbox_cannot_be_picked_up(client, cara, conversation):
    client.force_login(cara)
    assert act(client, conversation, "pick_up").status_code == 404


def test_the_first_answer_claims_it_and_the_header_says_so(as_ana, ana, conversation):
    act(as_ana, conversation, "send", text="Hello")
    news = page_of(as_ana, f"/conversations/{conversation.pk}/news/?after=0")
    assert 'id="pick-up"' not in news
    assert '<span class="assignee-name" dir="auto">Ana</span>' in news
    assert [event.verb for event in conversation.events.order_by("pk")][-2:] == ["pick_up", "reply"]


def test_a_program_picks_up_and_is_told_who_was_faster(ana, ben, conversation):
    assert Program(ana).post(f"conversations/{conversation.pk}/pick_up").json()["assignee"] == ana.pk
    refused = Program(ben).post(f"conversations/{conversation.pk}/pick_up")
    assert is_problem(refused, 409, "taken")
    assert refused.json()["assignee"] == ana.pk


def test_picking_up_and_taking_back_are_told_in_the_timeline(as_ana, ana, conversation):
    conversation.pick_up(by=ana)
    conversation.take_back("vanished", by=None, given_at=conversation.assigned_at)
    lines = as_ana.get(f"/conversations/{conversation.pk}/").context["lines"]
    assert [line.sentence for line in lines][-2:] == [
        "Ana took this",
        "Back in the inbox of Sales: Ana was no longer connected",
    ]


# --- Why a team's inbox stands still --------------------------------------------------------------------------------


@pytest.fixture
def auto(sales) -> Team:
    sales.auto_assign = True
    sales.save()
    return sales


@pytest.fixture
def schedule(auto) -> Schedule:
    """Open all day, every day."""
    schedule = Schedule.objects.create(name="Always")
    for day in range(7):
        schedule.openings.create(weekday=day, opens=time(), closes=time())
    Team.objects.filter(pk=auto.pk).update(schedule=schedule)
    return schedule


def alert(client, team, view="") -> str:
    return client.get(f"/?view={view or f'team-{team.pk}'}").context["alert"]


def test_while_nobody_is_online_the_teams_inbox_says_so_and_no_other(as_ana, auto, conversation):
    assert alert(as_ana, auto) == "Nobody is online"
    assert [alert(as_ana, auto, view) for view in ("mine", "unassigned", "all")] == ["", "", ""]
    assert "Nobody is online" in page_of(as_ana, f"/inbox/refresh/?view=team-{auto.pk}")


def test_it_says_nothing_once_somebody_can_take_it(as_ana, ana, auto, conversation):
    make.ready(ana)
    assert alert(as_ana, auto) == ""


def test_it_says_nothing_while_nothing_waits(as_ana, auto):
    assert alert(as_ana, auto) == ""


def test_it_says_nothing_in_a_team_that_hands_out_by_hand(as_ana, sales, conversation):
    assert alert(as_ana, sales) == ""


def test_it_tells_away_from_full(as_ana, ana, auto, conversation):
    presence.choose(make.ready(ana), "away", by=ana)
    assert alert(as_ana, auto) == "Everybody is away"
    presence.choose(ana, "active", by=ana)
    Teammate.objects.filter(pk=ana.pk).update(capacity=0)
    assert alert(as_ana, auto) == "Everybody is full"


def test_mixed_reasons_are_counted(as_ana, ana, ben, auto, conversation):
    presence.choose(make.ready(ana), "away", by=ana)
    assert alert(as_ana, auto) == "Nobody can take one now: 1 is away, 1 is offline"


def test_outside_the_hours_it_says_when_they_begin_again(as_ana, ana, auto, schedule, conversation):
    make.ready(ana)
    assert alert(as_ana, auto) == ""
    today = timezone.localdate()
    Holiday.objects.create(schedule=schedule, day=today, name="Outing")
    tomorrow = f"{today + timedelta(days=1):%A}"
    assert alert(as_ana, auto) == f"Outside working hours, open again {tomorrow} 00:00"


def test_the_alert_costs_the_same_however_many_members_and_conversations(as_ana, auto, schedule, webchat):
    make.conversation(webchat)
    address = f"/inbox/refresh/?view=team-{auto.pk}"
    page_of(as_ana, address)
    few = queries_of(as_ana, address)
    for number in range(8):
        make.teammate(f"new-{number}", auto)
        make.conversation(webchat)
    assert queries_of(as_ana, address) == few


# --- How much each carries ------------------------------------------------------------------------------------------


def test_the_drop_down_shows_loads_of_capacities(as_ana, ana, ben, sales, webchat, conversation):
    quiet = make.conversation(webchat, state="assigned", assignee=ben)
    for _ in range(2):
        make.conversation(webchat, state="assigned", assignee=ben)
    quiet.reply("Here it is", by=ben)
    Conversation.objects.filter(pk=quiet.pk).update(last_message_at=timezone.now() - timedelta(hours=1))
    sales.memberships.filter(teammate=ben).update(capacity=4)
    Teammate.objects.filter(pk=ana.pk).update(capacity=0)
    page = page_of(as_ana, f"/conversations/{conversation.pk}/assignees/")
    assert "2.25/10" in page and "2.25 of 10 conversations, 2.25 of at most 4 in this team" in page
    assert "0/0" in page and "0 conversations, takes none from Auto Assign" in page


def test_a_program_reads_loads_in_conversations(ana, ben, webchat):
    quiet = make.conversation(webchat, state="assigned", assignee=ben)
    make.conversation(webchat, state="assigned", assignee=ben)
    quiet.reply("Here it is", by=ben)
    Conversation.objects.filter(pk=quiet.pk).update(last_message_at=timezone.now() - timedelta(hours=1))
    loads = {row["username"]: row["load"] for row in Program(ana).get("teammates").json()["results"]}
    assert loads == {"ana": 0, "ben": 1.25}
