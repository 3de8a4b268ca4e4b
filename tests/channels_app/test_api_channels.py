"""REST: channels are made and connected by whoever may do so in the admin; their secrets are never shown again."""

import pytest

from channels_app.models import Channel
from teams import roles
from teams.models import Teammate
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def manager(db) -> Program:
    person = make.teammate("mia")
    roles.give(person, "App Manager")
    return Program(Teammate.objects.get(pk=person.pk))


def test_a_channel_is_made_and_then_set(manager, sales):
    made = manager.post("channels", kind="webchat", name="Shop", team=sales.pk)
    assert made.status_code == 201
    path = f"channels/{made.json()['id']}"
    answer = manager.patch(path, name="Chat", window=12, config={"identity_secret": "very-secret-indeed-1"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Chat")
    assert "very-secret" not in answer.content.decode()
    row = Channel.objects.get()
    assert (row.secret("identity_secret"), row.window.total_seconds()) == ("very-secret-indeed-1", 12 * 3600)


def test_what_is_left_out_stays_as_it_is(manager, webchat):
    webchat.configure(identity_secret="very-secret-indeed-1", origins=["https://shop.example"])
    assert manager.patch(f"channels/{webchat.pk}", tells_reading=False).status_code == 200
    webchat.refresh_from_db()
    assert webchat.secret("identity_secret") == "very-secret-indeed-1"
    assert (webchat.tells_reading, webchat.config["origins"], webchat.active) == (False, ["https://shop.example"], True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"config": {"nonsense": 1}}, "config"),
        ({"window": 0}, "window"),
        ({"config": {"origins": "nowhere"}}, "origins"),
    ],
)
def test_what_is_wrong_with_a_setting_is_named(wrong, field, manager, webchat):
    refused = manager.client.patch(f"/api/v1/channels/{webchat.pk}", wrong, content_type="application/json")
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == [field]


def test_a_kind_that_is_none_is_refused(manager):
    assert is_problem(manager.post("channels", kind="pigeons", name="Post"), 400, "invalid")


def test_an_agent_connects_nothing(ana, webchat):
    assert is_problem(Program(ana).patch(f"channels/{webchat.pk}", name="Mine"), 403, "permission_denied")


def test_a_channel_is_deleted_by_an_admin_only(manager, webchat):
    assert manager.delete(f"channels/{webchat.pk}").status_code == 403
    chief = make.teammate("alex")
    roles.give(chief, "Admin")
    assert Program(Teammate.objects.get(pk=chief.pk)).delete(f"channels/{webchat.pk}").status_code == 204
