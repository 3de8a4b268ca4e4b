"""Green and red: what a teammate chose, whether they are there, and who is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monty.errors import BadInput
from teams import presence
from teams.models import PresenceChange, Teammate
from tests import make
from tests.at_once import at_once


@pytest.fixture
def told():
    """Whose presence was announced."""
    heard: list[Teammate] = []

    def hear(teammate: Teammate, **_: object) -> None:
        heard.append(teammate)

    presence.changed.connect(hear)
    yield heard
    presence.changed.disconnect(hear)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    def commit(deed):
        with django_capture_on_commit_callbacks(execute=True):
            return deed()

    return commit


def silent_for(person: Teammate, seconds: int) -> None:
    Teammate.objects.filter(pk=person.pk).update(last_seen_at=timezone.now() - timedelta(seconds=seconds))


def log(person: Teammate) -> list[str]:
    return list(PresenceChange.objects.filter(teammate=person).order_by("pk").values_list("what", flat=True))


def test_active_and_connected_is_green(ana):
    make.ready(ana)

    assert ana.is_ready
    assert ana.dot == "green"
    assert ana in Teammate.objects.ready()


def test_away_is_red(ana):
    presence.choose(make.ready(ana), "away", by=ana)

    assert not ana.is_ready
    assert ana.dot == "red"
    assert ana not in Teammate.objects.ready()


def test_active_but_not_connected_is_red(ana):
    assert ana.availability == "active"

    assert ana.dot == "red"
    assert ana not in Teammate.objects.ready()


@pytest.mark.parametrize(("seconds", "connected"), [(89, True), (91, False)])
def test_a_connection_may_be_silent_for_ninety_seconds(ana, seconds, connected):
    make.ready(ana)
    silent_for(ana, seconds)
    ana.refresh_from_db()

    assert ana.is_connected == connected
    assert Teammate.objects.ready().contains(ana) == connected


def test_a_choice_is_logged_with_whoever_made_it_and_announced_once(ana, sara, told, commit):
    commit(lambda: presence.choose(ana, "away", by=sara))
    commit(lambda: presence.choose(ana, "away", by=sara))

    change = PresenceChange.objects.get()
    assert (change.teammate, change.what, change.by) == (ana, "away", sara)
    assert told == [ana]
    assert told[0].availability == "away"


@pytest.mark.parametrize("word", ["", "offline", "ACTIVE", "connected"])
def test_any_other_word_is_refused(ana, word):
    with pytest.raises(BadInput) as refused:
        presence.choose(ana, word, by=ana)

    assert "availability" in refused.value.facts["errors"]
    assert log(ana) == []


def test_the_first_sign_of_life_counts_as_connecting_and_no_other(ana, told, commit):
    commit(lambda: presence.seen(ana))
    commit(lambda: presence.seen(ana))

    assert log(ana) == ["connected"]
    assert told == [ana]


def test_who_falls_silent_is_announced_once(ana, told, commit):
    make.ready(ana)
    silent_for(ana, 91)

    commit(presence.notice_vanished)
    commit(presence.notice_vanished)

    assert log(ana) == ["connected", "vanished"]
    assert told == [ana]
    assert not told[0].is_ready


def test_who_is_there_or_never_was_is_not_announced(ana, ben, told, commit):
    make.ready(ana)

    commit(presence.notice_vanished)

    assert told == []


def test_coming_back_is_announced_again(ana, told, commit):
    make.ready(ana)
    silent_for(ana, 91)
    commit(presence.notice_vanished)

    commit(lambda: presence.seen(ana))

    assert log(ana) == ["connected", "vanished", "connected"]


def test_away_survives_leaving_and_coming_back(ana):
    presence.choose(make.ready(ana), "away", by=ana)
    silent_for(ana, 91)
    presence.notice_vanished()

    presence.seen(ana)

    ana.refresh_from_db()
    assert (ana.availability, ana.is_connected) == ("away", True)


def test_a_listener_that_fails_leaves_presence_changed(ana, commit):
    def fail(**_: object) -> None:
        raise ConnectionError("the broker is gone")

    presence.changed.connect(fail)
    try:
        commit(lambda: presence.choose(ana, "away", by=ana))
    finally:
        presence.changed.disconnect(fail)

    ana.refresh_from_db()
    assert ana.availability == "away"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_connect_at_once_connect_once(ana):
    at_once(*(lambda: presence.seen(Teammate.objects.get(pk=ana.pk)) for _ in range(4)))

    assert log(ana) == ["connected"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_notice_somebody_gone_announce_it_once(ana, told):
    make.ready(ana)
    silent_for(ana, 91)
    told.clear()

    at_once(*(presence.notice_vanished for _ in range(4)))

    assert log(ana) == ["connected", "vanished"]
    assert told == [ana]


def test_who_comes_back_before_anybody_noticed_that_they_were_gone_is_announced_too(ana, told, commit):
    make.ready(ana)
    silent_for(ana, 91)
    told.clear()

    commit(lambda: presence.seen(ana))

    assert told == [ana]
    assert log(ana)[-1] == "connected"


def test_a_heartbeat_in_time_is_no_news(ana, told, commit):
    make.ready(ana)
    silent_for(ana, 60)
    told.clear()

    commit(lambda: presence.seen(ana))

    assert told == []
