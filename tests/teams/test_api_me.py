"""REST: oneself, and what one is told of."""

import pytest

from teams.models import Choice
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once

BOTH = {"browser": True, "sound": True}
NOTIFICATIONS = {
    "failed": BOTH,
    "mentioned": BOTH,
    "assigned": BOTH,
    "wrote": BOTH,
    "expires": BOTH,
    "woke": {"browser": True, "sound": False},
    "waits": {"browser": True, "sound": False, "email": False},
}


def patch(person, **fields):
    return Program(person).client.patch("/api/v1/me/", fields, content_type="application/json")


def test_one_reads_oneself(ana):
    assert Program(ana).get("me").json() == {
        "id": ana.pk,
        "username": "ana",
        "name": "Ana",
        "email": "",
        "time_zone": "",
        "language": "",
        "theme": "",
        "quiet_hours": None,
        "notifications": NOTIFICATIONS,
    }


def test_strangers_read_nothing(db):
    assert is_problem(Program(None).get("me"), 401, "not_authenticated")


def test_what_is_left_out_stays(ana, ben):
    answer = patch(ana, notifications={"waits": {"email": True}, "wrote": {"sound": False}}).json()
    assert answer["notifications"] == NOTIFICATIONS | {
        "wrote": {"browser": True, "sound": False},
        "waits": {"browser": True, "sound": False, "email": True},
    }
    assert patch(ana, language="de").json()["notifications"] == answer["notifications"]
    assert Program(ben).get("me").json()["notifications"] == NOTIFICATIONS


def test_quiet_hours_begin_and_end_with_a_request(ana):
    hours = {"starts": "20:00", "ends": "07:00", "days": [0, 1]}
    assert patch(ana, quiet_hours=hours, time_zone="Europe/Berlin").json()["quiet_hours"] == hours
    assert Program(ana).get("me").json()["quiet_hours"] == hours
    assert patch(ana, quiet_hours=None).json()["quiet_hours"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quiet_hours": {"starts": "20:00"}}, "quiet_hours"),
        ({"quiet_hours": {"starts": "20:00", "ends": "7", "days": []}}, "quiet_hours"),
        ({"quiet_hours": {"starts": "20:00", "ends": "07:00", "days": [7]}}, "quiet_hours"),
        ({"notifications": {"wrote": {"sound": "loud"}}}, "notifications"),
        ({"notifications": []}, "notifications"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(wrong, field, ana):
    response = patch(ana, **{"theme": "dark"} | wrong)
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    ana.refresh_from_db()
    assert (ana.theme, ana.time_zone, Choice.objects.exists()) == ("", "", False)


def test_rights_and_names_are_not_changed_here(ana):
    patch(ana, username="root", is_superuser=True, email="x@example.org")
    ana.refresh_from_db()
    assert (ana.username, ana.is_superuser, ana.email) == ("ana", False, "")
