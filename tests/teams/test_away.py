"""Why somebody is away and until when: what is kept, what is said, and who hears of it."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime

from channels_app import live
from conversations import events
from monty.errors import BadInput
from teams import presence
from teams.models import PresenceChange, Teammate
from tests import make


def soon(**length: int):
    return timezone.now() + timedelta(**length)


def choices(person: Teammate) -> list[tuple[str, str, Teammate | None]]:
    rows = PresenceChange.objects.filter(teammate=person, what__in=["active", "away"]).order_by("pk")
    return [(row.what, row.reason, row.by) for row in rows]


def test_reason_and_return_are_kept_and_logged_with_who_chose_them(ana, sara):
    back_at = soon(hours=1)

    presence.choose(ana, "away", by=sara, reason="  Lunch ", back_at=back_at)

    assert (ana.availability, ana.away_reason, ana.back_at) == ("away", "Lunch", back_at)
    assert choices(ana) == [("away", "Lunch", sara)]


def test_another_reason_is_a_choice_of_its_own_and_the_same_again_is_none(ana, sara):
    presence.choose(ana, "away", by=ana, reason="Lunch")
    since = ana.availability_at
    presence.choose(ana, "away", by=ana, reason="Meeting")
    presence.choose(ana, "away", by=sara, reason="Meeting")

    assert choices(ana) == [("away", "Lunch", ana), ("away", "Meeting", ana)]
    assert ana.availability_at == since, "it is the same absence"


def test_another_return_is_a_choice_of_its_own_and_the_same_again_is_none(ana):
    back_at = soon(hours=1)
    for moment in (None, back_at, back_at):
        presence.choose(ana, "away", by=ana, reason="Lunch", back_at=moment)

    assert ana.back_at == back_at
    assert choices(ana) == [("away", "Lunch", ana)] * 2


def test_coming_back_forgets_reason_and_return(ana):
    presence.choose(ana, "away", by=ana, reason="Lunch", back_at=soon(hours=1))

    presence.choose(ana, "active", by=ana)

    assert (ana.availability, ana.away_reason, ana.back_at) == ("active", "", None)


@pytest.mark.parametrize(
    ("availability", "choice", "field"),
    [
        ("busy", {}, "availability"),
        ("active", {"reason": "Lunch"}, "reason"),
        ("active", {"back_at": timedelta(hours=1)}, "back_at"),
        ("away", {"reason": "x" * 61}, "reason"),
        ("away", {"back_at": timedelta(seconds=-1)}, "back_at"),
        ("away", {"back_at": timedelta(days=30, minutes=1)}, "back_at"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(ana, availability, choice, field):
    if "back_at" in choice:
        choice = {"back_at": timezone.now() + choice["back_at"]}

    with pytest.raises(BadInput) as refused:
        presence.choose(ana, availability, by=ana, **choice)

    assert list(refused.value.facts["errors"]) == [field]
    ana.refresh_from_db()
    assert (ana.availability, choices(ana)) == ("active", [])


@pytest.mark.parametrize("choice", [{"reason": "x" * 60}, {"back_at": timedelta(days=30, minutes=-1)}])
def test_the_longest_reason_and_the_furthest_return_are_taken(ana, choice):
    if "back_at" in choice:
        choice = {"back_at": timezone.now() + choice["back_at"]}

    presence.choose(ana, "away", by=ana, **choice)

    assert ana.availability == "away"


@pytest.mark.parametrize("fields", [{"away_reason": "Lunch"}, {"back_at": timezone.now()}])
def test_the_database_keeps_nobody_active_with_a_reason_or_a_return(ana, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Teammate.objects.filter(pk=ana.pk).update(**fields)


# --- In words -------------------------------------------------------------------------------------------------------


def test_the_words_of_a_dot_tell_reason_and_return(ana):
    back_at = soon(seconds=1)
    presence.choose(ana, "away", by=ana, reason="Lunch", back_at=back_at)

    assert ana.presence_word == f"Away: Lunch, back at {localtime(back_at):%H:%M}"


def test_a_return_on_another_day_names_the_day(ana):
    back_at = soon(days=3)
    presence.choose(ana, "away", by=ana, back_at=back_at)

    assert ana.presence_word == f"Away, back at {localtime(back_at):%a} {back_at.day} {localtime(back_at):%b, %H:%M}"


def test_who_vanished_is_offline_and_who_is_away_stays_away(ana, ben):
    presence.choose(ben, "away", by=ben)

    assert (ana.presence_word, ben.presence_word) == ("Offline", "Away")


def test_every_page_hears_what_the_dot_and_its_words_need(ana, ears):
    page = ears.listen("everybody")
    back_at = soon(seconds=1)
    presence.choose(make.ready(ana), "away", by=ana, reason="Lunch", back_at=back_at)

    events.push_presence(ana)

    assert ears.heard(page)[-1] == {
        "hint": "presence",
        "teammate": ana.pk,
        "availability": "away",
        "ready": False,
        "reason": "Lunch",
        "back": json.loads(live.encode({"at": back_at}))["at"],
    }


# --- The switch in the inbox ----------------------------------------------------------------------------------------


@pytest.fixture
def switch(client: Client, ana: Teammate):
    client.force_login(ana)

    def switch(**fields: str):
        answer = client.post("/presence/", fields, headers={"HX-Request": "true", "Accept": "application/json"})
        ana.refresh_from_db()
        return answer

    return switch


def test_a_shortcut_is_the_reason_whatever_else_was_typed(switch, ana):
    assert switch(availability="away", shortcut="Lunch", reason="").status_code == 204
    assert ana.away_reason == "Lunch"


def test_own_words_and_a_time_of_day(switch, ana):
    wall = localtime(soon(hours=2)).replace(second=0, microsecond=0)

    assert switch(availability="away", reason="Dentist", back_at=f"{wall:%H:%M}").status_code == 204

    assert (ana.away_reason, ana.back_at) == ("Dentist", wall)


def test_a_time_that_has_passed_today_means_tomorrow(switch, ana):
    wall = localtime(soon(minutes=-5)).replace(second=0, microsecond=0)

    switch(availability="away", back_at=f"{wall:%H:%M}")

    assert ana.back_at == wall + timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"back_at": "25:00"}, "back_at"), ({"reason": "x" * 61}, "reason"), ({"availability": "busy"}, "availability")],
)
def test_what_was_typed_wrong_is_said_and_changes_nothing(switch, ana, fields, field):
    answer = switch(**{"availability": "away"} | fields)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert ana.availability == "active"


def test_one_s_own_switch_says_why_one_is_away(client, switch):
    switch(availability="away", shortcut="Lunch")

    assert "Away: Lunch" in client.get("/").content.decode()
