"""Which events are kept for whom: by verb and team, once, and at no cost where nobody subscribed."""

import pickle
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import events as house
from conversations import tasks as conversation_tasks
from conversations.events import recorded
from conversations.models import Event
from monty.errors import BadInput
from orders import offers
from tests import make
from tests.orders import shop
from tests.webhooks.conftest import states
from webhooks import listening
from webhooks.models import Delivery
from webhooks.verbs import known


def verbs(subscription) -> list[str]:
    return [verb for verb, _state in states(subscription)]


def old(event: Event) -> None:
    """Its process died between commit and push, some seconds ago."""
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(seconds=3), published=False)


# --- By verb ----------------------------------------------------------------------------------------------------------


def test_everything_is_kept_for_whoever_names_no_verb(subscribe, receiver, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.close(by=ana))
    assert verbs(row) == ["assign", "close"]


def test_of_the_rest_only_what_they_named(subscribe, receiver, talk, ana, commit):
    row = subscribe("close")
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.close(by=ana))
    assert verbs(row) == ["close"]


def test_a_verb_that_does_not_exist_is_refused(subscribe):
    with pytest.raises(BadInput, match="explode"):
        subscribe("close", "explode")


def test_verbs_of_every_floor_can_be_named(db):
    assert {"receive", "reply", "close", "label", "rate", "send_flow", "hand_over", "place_order"} <= set(known())
    assert known() == sorted(set(known()))


def test_what_happens_to_orders_is_heard_by_the_same_road(subscribe, receiver, talk, ana, commit):
    row = subscribe("place_order", "send_order")
    order = commit(lambda: shop.placed(talk, shop.variant(1000, stock=5), by=ana))
    commit(lambda: offers.send(order, by=ana))
    assert verbs(row) == ["place_order", "send_order"]


# --- By team ----------------------------------------------------------------------------------------------------------


def test_a_team_s_subscription_hears_its_team_and_no_other(subscribe, receiver, sales, support, talk, ana, commit):
    ours, theirs = subscribe(teams=[sales]), subscribe(teams=[support])
    commit(lambda: talk.assign_to(ana, by=ana))
    assert (verbs(ours), verbs(theirs)) == (["assign"], [])


def test_both_teams_hear_of_a_hand_over(subscribe, receiver, sales, support, talk, ana, commit):
    ours, theirs = subscribe(teams=[sales]), subscribe(teams=[support])
    commit(lambda: talk.hand_to(support, by=ana))
    commit(lambda: talk.close(by=ana))
    assert (verbs(ours), verbs(theirs)) == (["hand_to"], ["hand_to", "close"])


def test_what_is_in_no_team_s_inbox_is_heard_only_by_whoever_hears_all(subscribe, receiver, sales, commit, db):
    ours, every = subscribe(teams=[sales]), subscribe()
    commit(lambda: make.conversation(make.channel()))
    assert verbs(ours) == []
    assert verbs(every) == ["start", "receive"]


def test_a_deleted_team_opens_no_other(subscribe, receiver, support, talk, ana, commit):
    row = subscribe(teams=[support])
    commit(support.delete)
    listening.subscribed.forget()
    commit(lambda: talk.close(by=ana))
    assert verbs(row) == []


def test_teams_must_be_chosen_or_all_of_them(subscribe):
    with pytest.raises(BadInput, match="Choose teams"):
        subscribe(teams=[])


# --- Once, and not lost -----------------------------------------------------------------------------------------------


def test_told_of_the_same_event_again_it_is_kept_once(subscribe, receiver, talk, ana, commit):
    row = subscribe("close")
    event = commit(lambda: talk.close(by=ana))
    recorded.send(sender=Event, events=[event])
    assert verbs(row) == ["close"]


def test_an_event_whose_process_died_before_it_told_is_found_again(subscribe, receiver, talk, ana):
    row = subscribe("close")
    old(talk.close(by=ana))
    assert verbs(row) == []
    conversation_tasks.publish_missed()
    assert verbs(row) == ["close"]


def test_one_that_could_not_be_kept_is_told_again(subscribe, receiver, talk, ana, commit, monkeypatch):
    row = subscribe("close")

    def fail(*_args):
        raise RuntimeError("no disk")

    with monkeypatch.context() as broken:
        broken.setattr(listening, "expected", fail)
        event = commit(lambda: talk.close(by=ana))
    assert not Event.objects.get(pk=event.pk).published
    house.publish([event])
    assert verbs(row) == ["close"]


def test_what_is_switched_off_keeps_nothing_new(subscribe, receiver, talk, ana, admin, commit):
    row = subscribe()
    row.switch_off(by=admin)
    commit(lambda: talk.close(by=ana))
    assert verbs(row) == []


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_where_nobody_subscribed_an_event_costs_no_query(talk, ana):
    event = talk.close(by=ana)
    with CaptureQueriesContext(connection) as captured:
        listening.after_events([event])
    assert len(captured) == 0


def test_nor_does_one_that_nobody_wants(subscribe, talk, ana):
    subscribe("reopen")
    event = talk.close(by=ana)
    listening.subscribed()
    with CaptureQueriesContext(connection) as captured:
        listening.after_events([event])
    assert len(captured) == 0


def test_many_events_for_many_are_kept_in_one_query(subscribe, talk, ana):
    for number in range(3):
        subscribe(name=f"CRM {number}")
    told = [talk.assign_to(ana, by=ana), talk.close(by=ana)]
    listening.subscribed()
    with CaptureQueriesContext(connection) as captured:
        listening.after_events(told)
    assert len(captured) == 1
    assert Delivery.objects.count() == 6


def test_who_subscribed_is_known_at_once_where_it_changed_and_can_be_shared(subscribe, sales):
    assert listening.subscribed() == []
    row = subscribe("close", teams=[sales])
    (wish,) = listening.subscribed()
    assert (wish.subscription, wish.verbs, wish.teams) == (row.pk, {"close"}, {sales.pk})
    assert pickle.loads(pickle.dumps(wish)) == wish
