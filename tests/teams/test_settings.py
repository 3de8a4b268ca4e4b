"""Settings of the installation: rows with defaults, which count everywhere at once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from channels_app.rules import WINDOWS, window_of
from conversations import window
from conversations.models import Conversation
from conversations.rules import EXPIRING_SOON, QUIET_WEIGHT
from monty.admin import address, page_of
from teams import roles
from teams.models import Setting
from teams.models.setting import RULES
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_setting_has_a_row_from_the_start() -> None:
    Setting.objects.furnish()
    assert set(Setting.objects.values_list("name", flat=True)) >= set(RULES)


def test_without_a_word_it_is_as_the_environment_says(settings) -> None:
    settings.EXPIRING_SOON = timedelta(minutes=90)
    assert EXPIRING_SOON() == timedelta(minutes=90)


def test_what_a_person_says_counts_at_once_and_can_be_taken_back(settings) -> None:
    make.setting("expiring_soon", 30)
    assert EXPIRING_SOON() == timedelta(minutes=30)
    make.setting("expiring_soon", None)
    assert EXPIRING_SOON() == settings.EXPIRING_SOON


def test_it_is_not_asked_of_the_database_each_time(django_assert_num_queries) -> None:
    make.setting("quiet_weight", 0.5)
    QUIET_WEIGHT()
    with django_assert_num_queries(0):
        assert QUIET_WEIGHT() == 0.5
        assert EXPIRING_SOON()


def test_another_process_hears_of_it_by_the_cache() -> None:
    make.setting("quiet_weight", 0.5)
    assert QUIET_WEIGHT() == 0.5
    assert cache.get("monty.settings") == {"quiet_weight": 0.5}


def test_the_window_of_a_kind_is_a_row_and_a_channel_s_own_comes_first() -> None:
    make.setting("window_webchat", 10)
    channel = make.channel("webchat")
    assert window.length(channel) == timedelta(hours=10)
    channel.window = timedelta(hours=1)
    assert window.length(channel) == timedelta(hours=1)
    assert window_of("facebook") == timedelta(days=7)
    assert set(WINDOWS) == {"facebook", "instagram", "twitter", "webchat", "whatsapp"}


def test_the_provider_s_own_rule_is_never_passed(django_capture_on_commit_callbacks) -> None:
    make.setting("window_whatsapp", 1000)
    assert window.length(make.channel("whatsapp")) == timedelta(hours=24)


def test_a_longer_window_reopens_what_it_covers(worker, webchat, django_capture_on_commit_callbacks) -> None:
    row = make.conversation(webchat)
    make.long_ago(row, timezone.now() - timedelta(hours=50))
    with django_capture_on_commit_callbacks(execute=True):
        make.setting("window_webchat", 100)
    again = Conversation.objects.get(pk=row.pk)
    assert (again.window_until, again.window_shut) == (again.inquiry_at + timedelta(hours=100), False)


@pytest.fixture
def editor(client: Client):
    person = make.teammate("eddie")
    roles.give(person, "Editor")
    client.force_login(person)
    Setting.objects.furnish()
    return person


def test_an_editor_changes_it_in_the_admin(client, editor) -> None:
    row = Setting.objects.get(name="expiring_soon")
    assert "Expiring soon, minutes before" in client.get(address(Setting, "changelist")).content.decode()
    client.post(page_of(row), {"value": "45"})
    assert EXPIRING_SOON() == timedelta(minutes=45)


@pytest.mark.parametrize("wrong", ["0", "-1", "1e9", "soon", "nan"])
def test_what_makes_no_sense_is_refused(wrong, client, editor, settings) -> None:
    row = Setting.objects.get(name="expiring_soon")
    assert client.post(page_of(row), {"value": wrong}).status_code == 200
    assert EXPIRING_SOON() == settings.EXPIRING_SOON


def test_a_supervisor_looks_only(client, supervisor) -> None:
    Setting.objects.furnish()
    row = Setting.objects.get(name="expiring_soon")
    assert client.get(page_of(row)).status_code == 200
    assert client.post(page_of(row), {"value": "45"}).status_code == 403
