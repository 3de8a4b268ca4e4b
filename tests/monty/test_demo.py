"""Demo data: every screen has something to show, and making it again changes nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from channels_app.simulator.models import Account
from conversations.forms.replay import today
from conversations.models import Conversation, Episode, Event, State
from conversations.replay import reading
from conversations.replay.reading import Period
from conversations.replay.simulation import Play
from monty.demo import history, shifts
from monty.demo_site import PRODUCTS
from orders.models import Order, Product
from teams.models import Team, Teammate
from tests.quick import quick_settings

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """The demo data, made once for this file; each test's own changes are taken back after it."""
    quick = override_settings(DEMO=True, **quick_settings(tmp_path_factory.mktemp("files")))
    with quick, pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(history, "FINISHED", 40)
        patch.setattr(history, "GOING_ON", 14)
        patch.setattr(shifts, "DAYS", 2)
        call_command("demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(told, db) -> None:
    pass


def test_it_makes_the_people_teams_and_channels_of_the_contract(demo):
    assert {"admin", "sara", "ana", "ben", "cara", "dora"} == set(Teammate.objects.values_list("username", flat=True))
    assert set(Team.objects.get(name="Sales").members.values_list("username", flat=True)) == {"ana", "ben"}
    assert set(Channel.objects.values_list("kind", flat=True)) == set(ADAPTERS)
    assert Teammate.objects.get(username="ana").check_password("monty")
    assert Teammate.objects.get(username="sara").oversees
    assert not Teammate.objects.get(username="ana").oversees


def test_conversations_stand_in_several_states_over_the_last_weeks(demo):
    states = dict(Conversation.objects.values_list("state").annotate(Count("pk")).order_by())
    assert {State.OPEN, State.ASSIGNED, State.CLOSED, State.DROPPED} <= set(states)
    times = Conversation.objects.order_by("last_message_at").values_list("last_message_at", flat=True)
    assert (times.last() - times.first()).days > 7


def test_history_is_in_order_and_needs_no_announcing(demo):
    assert not Event.objects.filter(published=False).exists()
    for conversation in Conversation.objects.all():
        times = list(conversation.events.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert conversation.episodes.filter(ended_at=None).count() == conversation.is_live
        assert not conversation.episodes.filter(ended_at__isnull=False, outcome="").exists()
    assert Episode.objects.exclude(first_reply_by=None).exists()


def test_rounds_and_the_presence_log_are_there_to_replay(demo):
    sales = Team.objects.select_related("schedule").get(name="Sales")
    now = timezone.now()
    recording = reading.read(sales, Period(now - timedelta(days=3), now))
    really, simulated = Play(recording, today(), deals=False).run(), Play(recording, today()).run()
    assert len(really.choices) > 5
    # Some come before anybody is there, the others are given at once; the simulation agrees.
    waited = [choice.waited for choice in really.choices]
    assert min(waited) < timedelta(minutes=1) < max(waited)
    given = [{(choice.at, choice.conversation) for choice in run.choices} for run in (really, simulated)]
    assert given[0] == given[1]


def test_whoever_wrote_in_the_history_has_a_phone(demo):
    for channel in Channel.objects.exclude(kind="webchat"):
        known = set(Account.objects.of(channel).people.values_list("external_id", flat=True))
        assert set(channel.identities.values_list("external_id", flat=True)) <= known


def test_again_it_changes_nothing(demo):
    before = (Conversation.objects.count(), Event.objects.count(), Teammate.objects.count(), Channel.objects.count())
    call_command("demo")
    after = (Conversation.objects.count(), Event.objects.count(), Teammate.objects.count(), Channel.objects.count())
    assert before == after


def test_the_shop_sells_what_its_page_shows_and_has_orders_at_every_stage(demo):
    assert {str(product.name) for product in PRODUCTS} <= set(Product.objects.values_list("name", flat=True))
    assert not Product.objects.filter(picture="").exists()
    states = set(Order.objects.values_list("state", flat=True))
    assert {"placed", "paid", "fulfilled"} <= states
    orders = Order.objects.count()
    call_command("demo")
    assert Order.objects.count() == orders


def test_traffic_without_a_server_says_how_to_start_one(demo):
    with pytest.raises(CommandError, match="make run"):
        call_command("demo", "--traffic", "--url=http://127.0.0.1:1", "--minutes=0.05")
