"""Leaving for today: who is proposed for each of my conversations, and handing them over with one button."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.balancer import assignment, leaving
from conversations.balancer.balance import FULL, Member, Table, Waiting
from conversations.models import Conversation
from teams import presence
from teams.models import Teammate
from tests import make


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def talk(webchat, ana) -> Conversation:
    """Ana's, in Sales."""
    return make.conversation(webchat, state="assigned", assignee=ana, name="Nora")


def proposed(ana) -> dict[int, str]:
    return {each.conversation.pk: each.proposed for each in leaving.offers(ana)}


def go(client, *wishes, **fields):
    """Press the button: (conversation's number, to, note) for each."""
    for number, to, note in wishes:
        fields |= {f"to-{number}": to, f"note-{number}": note}
    fields["conversation"] = [number for number, _to, _note in wishes]
    return client.post("/leaving/", fields, follow=True)


def told(answer) -> list[str]:
    return [str(each) for each in answer.context["messages"] if each.level_tag == "warning"]


# --- What is proposed -----------------------------------------------------------------------------------------------


def test_the_least_loaded_who_is_ready_is_proposed_and_never_myself(talk, webchat, sales, ana, ben):
    carl = make.teammate("carl", sales)
    for person in (ana, ben, carl):
        make.ready(person)
    make.conversation(webchat, state="assigned", assignee=ben)
    assert proposed(ana) == {talk.pk: str(carl.pk)}


def test_many_are_spread_over_all_who_are_ready(webchat, sales, ana, ben):
    carl = make.teammate("carl", sales)
    for person in (ben, carl):
        make.ready(person)
    for _ in range(4):
        make.conversation(webchat, state="assigned", assignee=ana)
    assert sorted(proposed(ana).values()) == sorted([str(ben.pk), str(carl.pk)] * 2)


def test_else_the_teams_inbox_is_and_for_those_of_no_team_nobody(talk, ana, ben):
    stray = make.conversation(make.channel(), state="assigned", assignee=ana)
    offers = {each.conversation.pk: each for each in leaving.offers(ana)}
    assert [offers[row.pk].proposed for row in (talk, stray)] == ["inbox", "inbox"]
    assert [offers[row.pk].choices[0][1] for row in (talk, stray)] == ["Inbox of Sales", "Nobody"]
    assert [value for value, _words in offers[stray.pk].choices] == ["inbox", "keep"]


def test_the_choices_are_the_teams_members_with_dots_and_loads(talk, ana, ben):
    presence.choose(make.ready(ben), "away", by=ben, reason="Lunch")
    assert leaving.offers(ana)[0].choices == [
        ("inbox", "Inbox of Sales"),
        (str(ben.pk), "○ Ben (0/10, Away: Lunch)"),
        ("keep", "Keep it"),
    ]
    presence.choose(ben, "active", by=ben)
    assert leaving.offers(ana)[0].choices[1] == (str(ben.pk), "● Ben (0/10)")


def test_what_somebody_gets_in_one_team_counts_in_the_next():
    both = Member(1, active=True, available=True, connected=True, load=0, capacity=10)
    other = Member(2, active=True, available=True, connected=True, load=FULL // 2, capacity=10)
    tables = [
        Table(open=True, members=(both,), waiting=(Waiting(7),)),
        Table(open=True, members=(both, other), waiting=(Waiting(8),)),
    ]
    assert leaving.proposals(tables) == {7: "1", 8: "2"}


def test_only_what_is_live_and_mine_is_shown(talk, webchat, ana, ben):
    make.conversation(webchat, state="closed", assignee=ana)
    make.conversation(webchat, state="assigned", assignee=ben)
    assert list(proposed(ana)) == [talk.pk]


def test_the_page_costs_the_same_however_many_there_are(as_ana, talk, webchat, sales, ana, ben):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ana.get("/leaving/").status_code == 200
        return len(captured)

    cost()
    few = cost()
    for number in range(6):
        make.teammate(f"new-{number}", sales)
        make.conversation(webchat, state="assigned", assignee=ana)
    assert cost() == few


def test_with_nothing_to_hand_over_one_just_goes(as_ana, ana):
    assert "there is nothing to hand over" in as_ana.get("/leaving/").content.decode()
    assert "Everything is in good hands" in go(as_ana).content.decode()
    ana.refresh_from_db()
    assert (ana.availability, ana.away_reason) == ("away", "Done for today")


def test_a_stranger_is_led_to_the_log_in(client, db):
    assert client.get("/leaving/")["Location"] == "/login/?next=/leaving/"


# --- Going ----------------------------------------------------------------------------------------------------------


def test_each_goes_where_it_was_chosen_to_go(as_ana, webchat, sales, ana, ben):
    to_ben, to_inbox, kept = (make.conversation(webchat, state="assigned", assignee=ana) for _ in range(3))
    stray = make.conversation(make.channel(), state="assigned", assignee=ana)
    answer = go(
        as_ana,
        (to_ben.pk, ben.pk, "He wants oak"),
        (to_inbox.pk, "inbox", ""),
        (kept.pk, "keep", "Waits for the parcel"),
        (stray.pk, "inbox", ""),
    )
    assert told(answer) == []
    rows = [Conversation.objects.get(pk=row.pk) for row in (to_ben, to_inbox, kept, stray)]
    assert [(row.state, row.team, row.assignee) for row in rows] == [
        ("assigned", sales, ben),
        ("open", sales, None),
        ("assigned", sales, ana),
        ("open", None, None),
    ]
    assert [event.verb for event in to_ben.events.order_by("pk")][-2:] == ["note", "assign"]
    assert kept.messages.get(private=True).text == "Waits for the parcel"
    ana.refresh_from_db()
    assert (ana.availability, ana.away_reason) == ("away", "Done for today")


def test_auto_assign_does_not_give_it_back_to_whoever_leaves(
    as_ana, talk, sales, ana, ben, worker, django_capture_on_commit_callbacks
):
    sales.auto_assign = True
    sales.save()
    make.ready(ana)
    with django_capture_on_commit_callbacks(execute=True):
        go(as_ana, (talk.pk, "inbox", ""))
    talk.refresh_from_db()
    assert talk.assignee is None


# --- What is left as it was -----------------------------------------------------------------------------------------


def untouched(row, before: int) -> bool:
    return Conversation.objects.get(pk=row.pk).events.count() == before


@pytest.mark.parametrize(
    ("meanwhile", "sees_it"),
    [
        (lambda row, ben, support: row.close(by=ben), True),
        (lambda row, ben, support: row.assign_to(ben, by=ben), True),
        (lambda row, ben, support: row.hand_to(support, by=ben), False),
    ],
    ids=["ended", "given", "moved"],
)
def test_what_changed_meanwhile_is_left_and_named(as_ana, talk, support, ana, ben, meanwhile, sees_it):
    meanwhile(talk, ben, support)
    before = talk.events.count()
    answer = go(as_ana, (talk.pk, "inbox", "A note"))
    name = "Nora" if sees_it else "A conversation that is not yours"
    assert told(answer) == [f"{name} was left as it is: It has ended, or somebody else has it."]
    assert untouched(talk, before)


def test_the_others_are_handed_over_all_the_same(as_ana, talk, webchat, ana, ben):
    other = make.conversation(webchat, state="assigned", assignee=ana)
    talk.close(by=ben)
    go(as_ana, (talk.pk, ben.pk, ""), (other.pk, ben.pk, ""))
    other.refresh_from_db()
    assert other.assignee == ben


def test_what_was_never_mine_is_not_touched_nor_named(as_ana, support, cara):
    foreign = make.conversation(make.channel("webchat", support), state="assigned", assignee=cara, name="Secret")
    before = foreign.events.count()
    answer = go(as_ana, (foreign.pk, "inbox", "A note"), (999_999, "inbox", ""))
    assert len(told(answer)) == 2 and "Secret" not in answer.content.decode()
    assert untouched(foreign, before)


def test_somebody_outside_the_team_gets_nothing_and_no_note_stays(as_ana, talk, ana, cara):
    before = talk.events.count()
    answer = go(as_ana, (talk.pk, cara.pk, "Half a hand-over"))
    assert told(answer) == ["Nora was left as it is: Cara is not in the team Sales."]
    assert untouched(talk, before) and not talk.messages.filter(private=True).exists()


def test_what_is_in_no_team_goes_to_no_teammate(as_ana, ana, ben):
    stray = make.conversation(make.channel(), state="assigned", assignee=ana, name="Nora")
    assert told(go(as_ana, (stray.pk, ben.pk, ""))) == ["Nora was left as it is: Choose who gets it."]


def test_whoever_left_the_house_gets_nothing(as_ana, talk, ben):
    Teammate.objects.filter(pk=ben.pk).update(is_active=False)
    assert told(go(as_ana, (talk.pk, ben.pk, ""))) == ["Nora was left as it is: Choose who gets it."]


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 30, "\0", "٣"])
def test_an_odd_choice_is_never_a_crash(as_ana, talk, odd):
    before = talk.events.count()
    assert told(go(as_ana, (talk.pk, odd, "A note"))) == ["Nora was left as it is: Choose who gets it."]
    assert untouched(talk, before)
    assert as_ana.post("/leaving/", {"conversation": odd}).status_code == 400


def test_a_note_that_cannot_be_kept_hands_nothing_over(as_ana, talk, ben):
    before = talk.events.count()
    answer = go(as_ana, (talk.pk, ben.pk, "x" * 10_001))
    assert told(answer) == ["Nora was left as it is: At most 10000 characters; this is 10001."]
    assert untouched(talk, before)


def test_nothing_is_decided_by_auto_assign_on_this_page(talk, sales, ana, ben):
    make.ready(ben)
    leaving.offers(ana)
    assert assignment.assign_waiting(sales.pk) == 0
    talk.refresh_from_db()
    assert talk.assignee == ana
