"""Things that happen to one conversation, contact or team at the same moment, in transactions of their own."""

import random
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from conversations.balancer import assignment
from conversations.balancer.balance import FULL
from conversations.incoming import intake
from conversations.models import Absence, Contact, Conversation, Decision, Event, Identity, Message
from conversations.sending import composer
from monty.errors import MontyError, Taken, VerbNotAllowed
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def same(row: Conversation) -> Conversation:
    """The same row as another process holds it."""
    return Conversation.objects.get(pk=row.pk)


def live_loads(*people) -> list[int]:
    return [load // FULL for load in Conversation.objects.load_of([each.pk for each in people]).values()]


@pytest.mark.parametrize("verb", ["close", "drop"])
def test_of_two_who_end_it_one_wins(conversation, ana, ben, verb):
    mine, theirs = same(conversation), same(conversation)

    outcomes = at_once(lambda: getattr(mine, verb)(by=ana), lambda: getattr(theirs, verb)(by=ben))

    refused = [each for each in outcomes if isinstance(each, VerbNotAllowed)]
    assert len(refused) == 1
    assert refused[0].facts["allowed"] == ["label", "reopen"]
    assert conversation.events.filter(verb=verb).count() == 1
    assert conversation.episodes.get().ended_at is not None


def test_of_two_who_unassign_one_wins(webchat, ana, ben):
    row = make.conversation(webchat, state="assigned", assignee=ana)
    mine, theirs = same(row), same(row)

    outcomes = at_once(lambda: mine.unassign(by=ana), lambda: theirs.unassign(by=ben))

    assert sum(isinstance(each, VerbNotAllowed) for each in outcomes) == 1
    assert row.events.filter(verb="unassign").count() == 1


def test_of_two_who_reopen_one_wins(webchat, ana, ben):
    row = make.conversation(webchat, state="closed", assignee=ana)
    mine, theirs = same(row), same(row)

    outcomes = at_once(lambda: mine.reopen(by=ana), lambda: theirs.reopen(by=ben))

    assert sum(isinstance(each, VerbNotAllowed) for each in outcomes) == 1
    assert row.episodes.count() == 2


def test_close_against_assign_ends_closed_and_never_loses_the_close(conversation, ana, ben):
    mine, theirs = same(conversation), same(conversation)

    closed, assigned = at_once(lambda: mine.close(by=ana), lambda: theirs.assign_to(ben, by=ben))

    assert closed.verb == "close"
    assert same(conversation).state == "closed"
    came_first = not isinstance(assigned, VerbNotAllowed)
    assert same(conversation).assignee == (ben if came_first else None)


def test_handing_over_against_assigning_leaves_the_later_ones_wish(conversation, support, ana, ben):
    mine, theirs = same(conversation), same(conversation)

    at_once(lambda: mine.hand_to(support, by=ana), lambda: theirs.assign_to(ben, by=ben))

    last, row = conversation.events.order_by("pk").last(), same(conversation)
    assert {each.verb for each in conversation.events.all()} >= {"hand_to", "assign"}
    assert (row.state, row.assignee) == (("open", None) if last.verb == "hand_to" else ("assigned", ben))


def test_a_customers_message_against_a_close_is_never_lost(webchat, conversation, ana):
    mine = same(conversation)

    closed, received = at_once(
        lambda: mine.close(by=ana), lambda: intake.receive(webchat, make.inbound("One more thing", "visitor-1"))
    )

    message, new = received
    assert new
    assert closed.verb == "close"
    row = same(conversation)
    # Either it came before the close, or it brought the conversation back.
    assert row.state == ("reopened" if row.events.filter(verb="revive").exists() else "closed")
    assert message.conversation == row


def test_a_persons_reopening_against_the_customers_return_makes_one_live_conversation(webchat, conversation, ana):
    conversation.close(by=ana)
    mine = same(conversation)

    outcome, (message, _) = at_once(
        lambda: mine.reopen(by=ana), lambda: intake.receive(webchat, make.inbound("Back again", "visitor-1"))
    )

    assert message.conversation == conversation
    assert Conversation.objects.count() == 1
    assert conversation.episodes.running().count() == 1
    revived = conversation.events.filter(verb="revive").exists()
    assert isinstance(outcome, VerbNotAllowed) == revived


def test_a_new_contacts_first_messages_make_one_contact_and_one_conversation(webchat):
    outcomes = at_once(
        *(lambda number=number: intake.receive(webchat, make.inbound(f"{number}", "nora")) for number in range(8))
    )

    assert all(new for _, new in outcomes)
    assert (Contact.objects.count(), Identity.objects.count(), Conversation.objects.count()) == (1, 1, 1)
    row = Conversation.objects.get()
    assert row.unread == row.messages.count() == 8
    assert row.last_text == row.messages.order_by("pk").last().text


def test_a_return_after_the_window_in_eight_messages_starts_one_new_conversation(webchat, conversation, ana):
    conversation.close(by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))

    at_once(
        *(lambda number=number: intake.receive(webchat, make.inbound(f"{number}", "visitor-1")) for number in range(8))
    )

    old, new = Conversation.objects.order_by("pk")
    assert (old, new.previous, new.unread) == (conversation, conversation, 8)


def test_a_known_contacts_message_delivered_eight_times_at_once_is_one_message(webchat, conversation):
    again = make.inbound("Hello again", "visitor-1", external_id="m.2")

    outcomes = at_once(*(lambda: intake.receive(webchat, again) for _ in range(8)))

    assert sum(new for _, new in outcomes) == 1
    assert conversation.messages.count() == 2


def test_one_message_delivered_eight_times_at_once_is_one_message(webchat):
    outcomes = at_once(
        *(lambda: intake.receive(webchat, make.inbound("Hello", "nora", external_id="m.1")) for _ in range(8))
    )

    assert len({message.pk for message, _ in outcomes}) == 1
    assert sum(new for _, new in outcomes) == 1
    assert Conversation.objects.get().unread == 1


def test_an_answer_sent_twice_by_a_nervous_browser_is_one_answer(conversation, ana):
    client_id = uuid4()

    outcomes = at_once(
        *(lambda: composer.send(same(conversation), "Hi", by=ana, client_id=client_id) for _ in range(4))
    )

    assert sum(new for _, new in outcomes) == 1
    assert conversation.messages.from_us().count() == 1


def test_two_drains_of_one_team_neither_assign_twice_nor_exceed_a_capacity(webchat, sales, ana, ben):
    for person, capacity in ((ana, 2), (ben, 3)):
        type(person).objects.filter(pk=person.pk).update(capacity=capacity)
        make.ready(person)
    for _ in range(8):
        make.conversation(webchat)
    type(sales).objects.update(auto_assign=True)

    given = at_once(*(lambda: assignment.assign_waiting(sales.pk) for _ in range(4)))

    assert sum(given) == 5
    assert live_loads(ana, ben) == [2, 3]
    assert all(row.events.filter(verb="assign").count() <= 1 for row in Conversation.objects.all())


@pytest.mark.postgresql
def test_eight_workers_hand_two_thousand_out_once_each_and_in_order(webchat, sales):
    people = [make.ready(make.teammate(f"agent-{number}", sales, capacity=90)) for number in range(20)]
    rows = make.many_waiting(webchat, 2_000)
    type(sales).objects.update(auto_assign=True)

    given = at_once(*(lambda: assignment.assign_waiting(sales.pk) for _ in range(8)))

    assert sum(given) == 1_800
    events = Event.objects.filter(verb="assign").order_by("pk").values_list("conversation", flat=True)
    assert list(events) == [row.pk for row in rows[:1_800]]
    assert list(Decision.objects.exclude(teammate=None).order_by("pk").values_list("conversation", flat=True)) == list(
        events
    )
    assert set(live_loads(*people)) == {90}
    assert Conversation.objects.unassigned().count() == 200


def test_of_two_who_pick_one_up_one_gets_it_and_the_other_is_told_who(conversation, ana, ben):
    mine, theirs = same(conversation), same(conversation)

    outcomes = at_once(lambda: mine.pick_up(by=ana), lambda: theirs.pick_up(by=ben))

    (refused,) = [each for each in outcomes if isinstance(each, Taken)]
    owner = same(conversation).assignee
    assert str(refused) == f"{owner} has this conversation."
    assert refused.facts == {"assignee": owner.pk}
    assert conversation.events.filter(verb="pick_up").count() == 1


def test_of_two_first_replies_one_claims_it_and_the_other_is_told_who(conversation, ana, ben):
    mine, theirs = same(conversation), same(conversation)

    outcomes = at_once(
        lambda: composer.send(mine, "Hello!", by=ana), lambda: composer.send(theirs, "Good morning!", by=ben)
    )

    (refused,) = [each for each in outcomes if isinstance(each, Taken)]
    owner = same(conversation).assignee
    assert refused.facts == {"assignee": owner.pk}
    assert [each.author for each in conversation.messages.from_us()] == [owner]


def test_an_answer_against_being_taken_back_is_sent_once_and_has_an_owner(webchat, sales, ana):
    row = make.conversation(webchat, state="assigned", assignee=ana)
    mine, given_at = same(row), same(row).assigned_at

    at_once(
        lambda: composer.send(mine, "Here I am", by=ana),
        lambda: same(row).take_back(Absence.SILENT, by=None, given_at=given_at),
    )

    # Whichever came first: an answer that came after is a claim, one that came before keeps it.
    assert same(row).assignee == ana
    assert row.messages.from_us().count() == 1


def test_drains_of_two_teams_that_share_members_do_not_exceed_their_capacity(webchat, sales, support, ana, ben):
    other = make.channel("webchat", support)
    for person in (ana, ben):
        support.memberships.create(teammate=person)
        type(person).objects.filter(pk=person.pk).update(capacity=3)
        make.ready(person)
    for channel in (webchat, other) * 5:
        make.conversation(channel)
    type(sales).objects.update(auto_assign=True)

    given = at_once(*(lambda team=team: assignment.assign_waiting(team.pk) for team in (sales, support) * 2))

    assert sum(given) == 6
    assert live_loads(ana, ben) == [3, 3]


def test_auto_assign_never_overwrites_what_a_person_decided(webchat, sales, ana, ben, cara):
    make.ready(ana)
    rows = [make.conversation(webchat) for _ in range(6)]
    type(sales).objects.update(auto_assign=True)
    held = [same(row) for row in rows]

    def by_hand():
        for row in held:
            row.assign_to(cara, by=ben)

    at_once(by_hand, lambda: assignment.assign_waiting(sales.pk))

    assert {same(row).assignee for row in rows} == {cara}
    for row in rows:
        assert row.events.order_by("pk").last().actor == ben


def deeds(row, person, team):
    """Everything that can happen to a conversation."""
    return [
        lambda: intake.receive(row.channel, make.inbound("Hello?", row.identity.external_id)),
        lambda: row.assign_to(person, by=None),
        lambda: row.hand_to(team, by=person),
        lambda: row.unassign(by=person),
        lambda: row.close(by=person),
        lambda: row.drop(by=person),
        lambda: row.reopen(by=person),
        lambda: composer.send(row, "Yes?", by=person),
        lambda: row.mark_read(by=person),
        lambda: assignment.assign_waiting(team.pk),
    ]


@pytest.mark.postgresql
def test_everything_at_once_neither_deadlocks_nor_breaks_an_invariant(webchat, sales, support, ana, ben, cara, sara):
    """Eight people and machines act on a few conversations for three seconds, or until each has done a few things."""
    support.memberships.create(teammate=ana)
    for person in (ana, ben, cara):
        make.ready(person)
    type(sales).objects.update(auto_assign=True)
    for number in range(4):
        make.message(webchat, who=f"visitor-{number}")
    ending = time.monotonic() + 3

    def act(seed: int) -> int:
        dice, done = random.Random(seed), 0
        while time.monotonic() < ending or (done <= 5 and time.monotonic() < ending + 60):
            row = Conversation.objects.order_by("pk")[dice.randrange(4)]
            person, team = dice.choice([ana, ben, cara, sara]), dice.choice([sales, support])
            try:
                dice.choice(deeds(row, person, team))()
                done += 1
            except MontyError:
                pass  # Refused: somebody was quicker.
        return done

    try:
        outcomes = at_once(*(lambda seed=seed: act(seed) for seed in range(8)))
    except OperationalError as error:
        pytest.fail(f"a deadlock: {error}")

    assert all(done > 5 for done in outcomes)
    for row in Conversation.objects.all():
        assert row.episodes.running().count() == (1 if row.is_live else 0)
        last = row.events.order_by("pk").last()
        assert (last.state, last.team_id, last.assignee_id) == (row.state, row.team_id, row.assignee_id)


def test_a_window_ending_while_the_customer_writes_stays_open(webchat, conversation):
    """The sweep that announces shut windows and a new inquiry meet on the same row."""
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    held = same(conversation)

    _, (message, _) = at_once(
        lambda: held.shut_window(by=None), lambda: intake.receive(webchat, make.inbound("Still there?", "visitor-1"))
    )

    row = same(conversation)
    assert message.conversation == row
    assert not row.window_shut
    assert row.policy().reopen


def test_eight_workers_claim_one_message_once(conversation, ana):
    message = conversation.reply("Hi", by=ana).message

    claims = at_once(*(lambda: Message.objects.get(pk=message.pk).claim() for _ in range(8)))

    assert [bool(claim) for claim in sorted(claims, key=bool)] == [False] * 7 + [True]
