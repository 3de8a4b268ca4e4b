"""Templates are kept as the provider lists them: what is new comes, what changed changes, what is gone is marked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Template
from channels_app.verdicts import Refused
from conversations import tasks
from tests import make
from tests.parrot import Parrot, known
from tests.rest import Program, is_problem


@pytest.fixture
def listed(monkeypatch):
    """What the provider lists from now on."""
    return lambda *templates: monkeypatch.setattr(Parrot, "listed", list(templates))


def kept() -> dict[str, str]:
    return dict(Template.objects.values_list("name", "status"))


def test_a_sync_keeps_what_the_provider_lists(parrot, listed):
    listed(known("order_update"), known("welcome", status="PENDING"))
    assert Template.objects.sync(parrot) == 2
    assert kept() == {"order_update": "approved", "welcome": "pending"}


def test_the_next_one_changes_what_has_changed_and_marks_what_is_gone(parrot, listed):
    listed(known("order_update"), known("welcome"))
    Template.objects.sync(parrot)
    before = Template.objects.get(name="order_update")
    listed(known("order_update", {"type": "BODY", "text": "New words"}, status="paused"))
    Template.objects.sync(parrot)

    after = Template.objects.get(name="order_update")
    assert (after.pk, after.status, after.body) == (before.pk, "paused", "New words")
    assert kept()["welcome"] == "gone"


def test_what_was_gone_may_come_back(parrot, listed):
    for templates in ([known("welcome")], [], [known("welcome")]):
        listed(*templates)
        Template.objects.sync(parrot)
    assert kept() == {"welcome": "approved"}


def test_one_name_may_have_several_languages_and_be_listed_twice(parrot, listed):
    listed(known("welcome"), known("welcome", language="de"), known("welcome", language="de", status="paused"))
    Template.objects.sync(parrot)
    rows = Template.objects.order_by("language").values_list("language", "status")
    assert list(rows) == [("de", "paused"), ("en_US", "approved")]


def test_another_channels_templates_are_left_alone(parrot, listed, sales):
    listed(known("welcome"))
    Template.objects.sync(parrot)
    listed()
    Template.objects.sync(make.channel(Parrot.kind, sales))
    assert kept() == {"welcome": "approved"}


def test_when_the_provider_refuses_everything_stays_as_it_was(parrot, listed, monkeypatch):
    listed(known("welcome"))
    Template.objects.sync(parrot)
    monkeypatch.setattr(Parrot, "ill", True)
    with pytest.raises(Refused):
        Template.objects.sync(parrot)
    assert kept() == {"welcome": "approved"}


def test_a_sync_of_many_takes_as_many_queries_as_one_of_few(parrot, listed):
    def queries(number):
        listed(*[known(f"template_{each}") for each in range(number)])
        with CaptureQueriesContext(connection) as captured:
            Template.objects.sync(parrot)
        return len(captured)

    assert queries(2) == queries(60)


def test_the_daily_task_asks_for_those_of_every_channel_that_has_some(parrot, webchat, listed, worker):
    listed(known("welcome"))
    tasks.sync_all_templates()
    assert kept() == {"welcome": "approved"}


def test_a_provider_that_refuses_is_written_to_the_log(parrot, monkeypatch, caplog):
    monkeypatch.setattr(Parrot, "ill", True)
    tasks.sync_templates(parrot.pk)
    assert "The token has expired." in caplog.text


def test_a_channel_whose_settings_change_is_synced(parrot, listed, worker, django_capture_on_commit_callbacks):
    listed(known("welcome"))
    with django_capture_on_commit_callbacks(execute=True):
        parrot.save()
    assert kept() == {"welcome": "approved"}


@pytest.mark.parametrize(
    ("code", "name"),
    [("en_US", "English (US)"), ("de", "Deutsch"), ("pt_BR", "Português Brasileiro"), ("xx_YY", "xx_YY"), ("", "")],
)
def test_a_language_has_a_name(code, name):
    assert Template(language=code).language_name == name


@pytest.mark.parametrize("status", ["pending", "rejected", "paused", "disabled", "gone", "in_appeal"])
def test_only_an_approved_one_can_be_sent(status):
    body = [{"type": "BODY", "text": "Hello"}]
    assert "not approved" in Template(status=status, components=body).obstacle
    assert Template(status="approved", components=body).obstacle == ""


# --- REST -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_rest_lists_them_with_what_is_to_be_filled_in(parrot, listed, ana):
    listed(known("order_update"), known("welcome", status="paused"))
    Template.objects.sync(parrot)
    first, second = Program(ana).get(f"channels/{parrot.pk}/templates/").json()["results"]

    assert {name: first[name] for name in ("name", "language", "category", "status", "text", "obstacle")} == {
        "name": "order_update",
        "language": "en_US",
        "category": "utility",
        "status": "approved",
        "text": "Hello {{1}}, it is on its way.",
        "obstacle": "",
    }
    assert first["variables"] == [{"key": "body.1", "name": "Variable 1", "example": "Nora"}]
    assert "not approved" in second["obstacle"]


@pytest.mark.once
def test_a_channel_without_templates_has_an_empty_list_and_one_that_is_not_there_none(webchat, ana):
    assert Program(ana).ids(f"channels/{webchat.pk}/templates/") == []
    assert is_problem(Program(ana).get("channels/999999/templates/"), 404, "not_found")


@pytest.mark.once
def test_a_stranger_sees_none(parrot):
    assert Program(None).get(f"channels/{parrot.pk}/templates/").status_code == 401
