"""REST: teams, channels, one's own presence, and the token with which a program logs in."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from teams.models import ApiToken, Opening, PresenceChange
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


def test_a_team_names_its_members(sales, support, ana, ben, cara):
    rows = Program(ana).get("teams").json()["results"]
    always = {"capacity": None, "is_open": True, "language": "", "label_required": False, "schedule": None}
    always |= {"away_message": "", "response_time": None, "return_after_away": None, "return_after_vanished": 5}
    always |= {"digest_after": None, "digest_with_text": False}
    assert rows == [
        {"id": sales.pk, "name": "Sales", "auto_assign": False, "members": [ana.pk, ben.pk], **always},
        {"id": support.pk, "name": "Support", "auto_assign": False, "members": [cara.pk], **always},
    ]
    assert Program(ana).get(f"teams/{sales.pk}/").json() == rows[0]


def test_a_team_tells_its_capacity_and_whether_it_is_open(sales, ana):
    sales.schedule, sales.capacity = make.schedule({}), 5
    sales.save()
    row = Program(ana).get(f"teams/{sales.pk}").json()
    assert (row["capacity"], row["is_open"]) == (5, False)
    sales.schedule.openings.bulk_create(
        Opening(schedule=sales.schedule, weekday=day, opens=time(), closes=time()) for day in range(7)
    )
    assert Program(ana).get(f"teams/{sales.pk}").json()["is_open"] is True


def test_who_left_is_no_member_any_more(sales, ana, ben):
    ben.is_active = False
    ben.save(update_fields=["is_active"])
    assert Program(ana).get(f"teams/{sales.pk}").json()["members"] == [ana.pk]


def test_a_channel_is_known_by_what_webhooks_carry_and_keeps_its_secrets(sales, ana):
    row = make.channel("facebook", sales, name="Page", external_id="1234", config={"app_secret": "hush"})
    response = Program(ana).get("channels")
    assert response.json()["results"] == [
        {
            "id": row.pk,
            "uuid": str(row.uuid),
            "kind": "facebook",
            "name": "Page",
            "team": sales.pk,
            "external_id": "1234",
            "active": True,
            "suspended_at": None,
            "suspended_because": "",
        }
    ]
    assert b"hush" not in response.content


# --- Presence -------------------------------------------------------------------------------------------------------


def test_one_goes_away_and_comes_back(ana):
    make.ready(ana)
    program = Program(ana)
    here = {"availability": "active", "ready": True, "dot": "green", "reason": "", "back_at": None}
    away = {"availability": "away", "ready": False, "dot": "red", "reason": "", "back_at": None}
    assert program.get("me/presence").json() == here
    assert program.put("me/presence", availability="away").json() == away
    assert program.get("me/presence/").json() == away
    assert program.put("me/presence/", availability="active").json() == here


def test_the_log_says_who_changed_it(ana):
    Program(ana).put("me/presence", availability="away")
    change = PresenceChange.objects.get(what="away")
    assert (change.teammate, change.by) == (ana, ana)


def test_why_and_until_when_are_said_with_away(ana):
    until = timezone.now() + timedelta(hours=1)
    answer = Program(ana).put("me/presence", availability="away", reason="Lunch", back_at=until.isoformat())
    assert answer.json()["reason"] == "Lunch"
    assert datetime.fromisoformat(answer.json()["back_at"]) == until
    colleague = Program(ana).get(f"teammates/{ana.pk}").json()
    assert (colleague["away_reason"], datetime.fromisoformat(colleague["back_at"])) == ("Lunch", until)


def test_away_without_a_reason_forgets_the_one_before(ana):
    Program(ana).put("me/presence", availability="away", reason="Lunch")
    assert Program(ana).put("me/presence", availability="away").json()["reason"] == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"availability": "active", "reason": "Lunch"}, "reason"),
        ({"availability": "active", "back_at": "2999-01-01T00:00:00Z"}, "back_at"),
        ({"availability": "away", "reason": "x" * 61}, "reason"),
        ({"availability": "away", "reason": "\0"}, "reason"),
        ({"availability": "away", "reason": ["Lunch"]}, "reason"),
        ({"availability": "away", "back_at": "2020-01-01T00:00:00Z"}, "back_at"),
        ({"availability": "away", "back_at": "2999-01-01T00:00:00Z"}, "back_at"),
        ({"availability": "away", "back_at": "soon"}, "back_at"),
    ],
)
def test_a_wrong_reason_or_time_is_named_and_changes_nothing(wrong, field, ana):
    response = Program(ana).put("me/presence", **wrong)
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    assert not PresenceChange.objects.exists()


@pytest.mark.parametrize("word", ["busy", "", None, [], "\0", 1])
def test_there_is_no_other_presence(word, ana):
    response = Program(ana).put("me/presence", availability=word)
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["availability"]


# --- Tokens ---------------------------------------------------------------------------------------------------------


def log_in(**fields):
    return Client().post("/api/v1/tokens/", fields, content_type="application/json")


def opens(key: str, path: str = "me/presence") -> int:
    return Client(headers={"Authorization": f"Token {key}"}).get(f"/api/v1/{path}").status_code


def test_a_password_buys_a_token_that_opens_the_door(ana):
    response = log_in(username="ana", password="monty")
    assert (response.status_code, list(response.json())) == (200, ["token"])
    door = Client(headers={"Authorization": f"Token {response.json()['token']}"})
    assert door.get("/api/v1/me/presence").status_code == 200


def test_every_log_in_buys_another_token_and_is_dated(ana):
    first, second = (log_in(username="ana", password="monty").json()["token"] for _ in range(2))
    assert first != second
    assert {opens(first), opens(second)} == {200}
    ana.refresh_from_db()
    assert ana.last_login is not None


@pytest.mark.parametrize(("username", "password"), [("ana", "wrong"), ("nobody", "monty"), ("ANA", "monty")])
def test_a_wrong_password_buys_nothing(username, password, ana):
    assert is_problem(log_in(username=username, password=password), 401, "authentication_failed")
    assert not ApiToken.objects.exists()


def test_who_left_gets_no_token(ana):
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    assert is_problem(log_in(username="ana", password="monty"), 401, "authentication_failed")


@pytest.mark.parametrize("value", ["", None, [], {}, "\0", "x" * 5000])
@pytest.mark.parametrize("field", ["username", "password"])
def test_a_wrong_field_is_named(field, value, db):
    response = log_in(**{"username": "ana", "password": "monty"} | {field: value})
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]


def test_five_wrong_passwords_lock_the_name_for_a_while_even_for_the_right_one(settings, ana, ben):
    settings.AXES_ENABLED = True
    answers = [log_in(username="ana", password="wrong").status_code for _ in range(5)]
    assert answers == [401, 401, 401, 401, 429]
    locked = log_in(username="ana", password="monty")
    assert is_problem(locked, 429, "throttled")
    assert int(locked["Retry-After"]) == 300
    assert log_in(username="ben", password="monty").status_code == 200


def test_the_right_password_makes_the_mistakes_before_it_forgotten(settings, ana):
    settings.AXES_ENABLED = True
    for _ in range(2):
        assert [log_in(username="ana", password="wrong").status_code for _ in range(4)] == [401] * 4
        assert log_in(username="ana", password="monty").status_code == 200


def test_one_address_may_not_try_for_ever(ana):
    answers = [log_in(username=f"name{number}", password="wrong") for number in range(21)]
    assert {each.status_code for each in answers[:20]} == {401}
    assert is_problem(answers[20], 429, "throttled")
    assert 0 < int(answers[20]["Retry-After"]) <= 60


# --- Manners --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_slash_at_the_end_may_be_left_out_also_of_a_post(slash, ana, conversation):
    answer = Program(ana).post(f"conversations/{conversation.pk}/close{slash}")
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")


@pytest.mark.parametrize("path", ["conversations", "contacts", "teams", "teammates", "channels", "me/presence"])
@pytest.mark.parametrize("method", ["patch", "delete", "options", "post"])
def test_what_an_address_does_not_take_is_refused(method, path, ana):
    if (method, path) in (("post", "teams"), ("post", "channels")):
        path += "/1"
    response = getattr(Program(ana).client, method)(f"/api/v1/{path}")
    assert is_problem(response, 405, "method_not_allowed")
    assert "OPTIONS" not in response["Allow"]


@pytest.mark.parametrize("path", ["", "v1/", "v1/nonsense", "v1/conversations/1/send_pigeon", "v2/teams", "%00", "%0A"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_does_not_exist_is_not_found(method, path, db):
    assert is_problem(getattr(Client(), method)(f"/api/{path}"), 404, "not_found")
