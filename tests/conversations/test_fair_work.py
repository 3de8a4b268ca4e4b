"""What agents see of fair work: picking up, why a team's inbox stands still, why somebody has a conversation."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.balancer import assignment
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


def test_a_program_cannot_pick_up_what_its_person_does_not_see(cara, conversation):
    assert is_problem(Program(cara).post(f"conversations/{conversation.pk}/pick_up"), 404, "not_found")
    assert is_problem(Program(None).post(f"conversations/{conversation.pk}/pick_up"), 401, "not_authenticated")


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


# --- Why me, why nobody ---------------------------------------------------------------------------------------------


def why(client, conversation, **facts):
    answer = client.get(f"/conversations/{conversation.pk}/why/", facts, headers=BY_SCRIPT)
    assert answer.status_code == 200, answer.content
    return answer


def outcomes(answer) -> list[tuple[str, str]]:
    return [(name, each.fate) for each, name in answer.context["people"]]


def test_whoever_got_it_sees_why_and_what_became_of_the_others(as_ana, ana, ben, auto, webchat, conversation):
    for person in (ana, ben, carl := make.teammate("carl", auto)):
        make.ready(person)
    make.conversation(webchat, state="assigned", assignee=ben)
    presence.choose(carl, "away", by=carl)
    assert assignment.assign_waiting(auto.pk) == 1
    answer = why(as_ana, conversation)
    assert outcomes(answer) == [("Ana", "got it"), ("Ben", "next in line"), ("Carl", "away")]
    assert answer.context["lead"] == "Least to do"
    assert answer.context["facts"][1] == "nobody was ahead of it"
    assert "Why me?" in answer.content.decode() and "1/10" in answer.content.decode()


def test_what_was_decided_stays_told_as_it_was(as_ana, ana, ben, auto, conversation):
    make.ready(ana)
    assignment.assign_waiting(auto.pk)
    Teammate.objects.filter(pk=ana.pk).update(capacity=0, availability="away")
    make.ready(ben)
    answer = why(as_ana, conversation)
    assert outcomes(answer) == [("Ana", "got it"), ("Ben", "offline")]
    assert answer.context["lead"] == "The only one who could take it"


def test_those_who_came_first_in_the_same_round_are_counted(as_ana, ana, auto, webchat):
    rows = [make.conversation(webchat) for _ in range(3)]
    make.ready(ana)
    assert assignment.assign_waiting(auto.pk) == 3
    answer = why(as_ana, rows[2])
    assert answer.context["facts"][1] == "2 were ahead of it"
    assert "2/10" in answer.content.decode()


def test_what_waits_says_why_nobody_has_it(as_ana, ana, ben, auto, conversation):
    presence.choose(make.ready(ana), "away", by=ana)
    answer = why(as_ana, conversation)
    assert answer.context["lead"] == "Nobody can take one now: 1 is away, 1 is offline"
    assert outcomes(answer) == [("Ana", "away"), ("Ben", "offline")]
    assert "Why nobody?" in answer.content.decode()


def test_without_auto_assign_whoever_picks_it_up_has_it(as_ana, conversation):
    assert why(as_ana, conversation).context["lead"] == "Auto Assign is off in Sales. Whoever picks it up has it."
    nowhere = make.conversation(make.channel())
    assert why(as_ana, nowhere).context["lead"] == "It is in no team’s inbox. Whoever picks it up has it."


def test_what_a_person_decided_is_told_as_that(as_ana, ana, ben, auto, conversation):
    conversation.assign_to(ben, by=ana)
    answer = why(as_ana, conversation)
    assert answer.context["by_hand"] == "Ana assigned this to Ben"
    assert "Why Ben?" in answer.content.decode()


def test_the_timeline_leads_to_the_decision_it_tells_of(as_ana, ana, ben, auto, conversation):
    make.ready(ana)
    assignment.assign_waiting(auto.pk)
    conversation.assign_to(ben, by=ana)
    event = conversation.events.get(verb="assign", actor=None)
    address = f"/conversations/{conversation.pk}/why/?round={event.data['why']['round']}"
    assert address in page_of(as_ana, f"/conversations/{conversation.pk}/")
    answer = as_ana.get(address)
    assert (answer.context["whom"], outcomes(answer)) == (ana, [("Ana", "got it"), ("Ben", "offline")])


def test_a_decision_that_was_forgotten_or_of_another_conversation_is_not_told(as_ana, ana, auto, webchat, conversation):
    make.ready(ana)
    assignment.assign_waiting(auto.pk)
    other = make.conversation(webchat)
    round_id = conversation.decisions.get().round_id
    assert why(as_ana, other, round=round_id).context["lead"] == "This decision is not kept any more."


def test_whoever_does_not_see_the_conversation_does_not_see_why(client, cara, conversation):
    client.force_login(cara)
    assert client.get(f"/conversations/{conversation.pk}/why/").status_code == 404


def test_why_costs_the_same_however_many_members_and_conversations(as_ana, ana, auto, webchat):
    def ask(size: int) -> list[int]:
        rows = [make.conversation(webchat) for _ in range(size)]
        waiting = queries_of(as_ana, f"/conversations/{rows[0].pk}/why/")
        make.ready(ana)
        assert assignment.assign_waiting(auto.pk) == size
        given = queries_of(as_ana, f"/conversations/{rows[-1].pk}/why/")
        presence.choose(ana, "away", by=ana)
        return [waiting, given]

    ask(1)
    of_one = ask(1)
    for number in range(6):
        make.teammate(f"new-{number}", auto)
    assert ask(6) == of_one


# --- What was given to me -------------------------------------------------------------------------------------------


def test_what_became_mine_is_told_by_name_with_a_link(as_ana, ana, ben, webchat):
    row = make.conversation(webchat, name="Nora & Sons")
    row.assign_to(ana, by=ben)
    page = page_of(as_ana, f"/inbox/yours/?conversations={row.pk}")
    assert "<bdi>Nora &amp; Sons</bdi> is yours now" in page
    assert f'href="/conversations/{row.pk}/?view=mine"' in page


def test_many_are_told_in_one_sentence(as_ana, ana, webchat):
    rows = [make.conversation(webchat, state="assigned", assignee=ana, name="Nora") for _ in range(3)]
    page = page_of(as_ana, f"/inbox/yours/?conversations={','.join(str(row.pk) for row in rows)}")
    assert "<bdi>Nora</bdi> and 2 more are yours now" in page


def test_what_is_not_mine_is_not_told(as_ana, ben, webchat):
    row = make.conversation(webchat, state="assigned", assignee=ben, name="Nora")
    assert page_of(as_ana, f"/inbox/yours/?conversations={row.pk}").strip() == ""


def test_only_what_the_unread_badge_does_not_count_is_counted_beside_it(as_ana, ana, webchat):
    unread, read = (make.conversation(webchat, state="assigned", assignee=ana) for _ in range(2))
    read.mark_read(by=ana)
    page = page_of(as_ana, f"/inbox/yours/?conversations={unread.pk},{read.pk}")
    assert f'data-fresh="{read.pk} "' in page


@pytest.mark.parametrize("odd", ["", "x", "1,", "-1", "9" * 30, "٣", "1;2"])
def test_odd_numbers_are_refused(as_ana, odd):
    assert as_ana.get("/inbox/yours/", {"conversations": odd}).status_code == 400
    assert as_ana.get("/conversations/1/why/", {"round": odd}).status_code in (400, 404)
