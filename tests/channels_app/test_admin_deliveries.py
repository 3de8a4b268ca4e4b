"""Deliveries in the admin: what a provider posted can be looked at, and read once more."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from channels_app.models import Delivery
from channels_app.models.delivery import MOST_SHOWN
from conversations import tasks
from conversations.models import Message
from monty.admin import address, page_of
from tests import make
from tests.herald import said

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HELLO = said("Inbound", external_id="m.1", who="nora", text="Grüße & Küsse")


@pytest.fixture
def failed(herald) -> Delivery:
    body = json.dumps([HELLO]).encode()
    return Delivery.objects.create(channel=herald, body=body, state="failed", error="It broke.", received_at=LONG_AGO)


def press(client: Client, row: Delivery) -> Any:
    return client.post(address(Delivery, "press", row.pk, "again"))


def test_its_body_is_shown_as_people_read_json(client, supervisor, failed):
    page = client.get(page_of(failed)).content.decode()

    assert "Grüße &amp; Küsse" in page
    assert "It broke." in page


@pytest.mark.parametrize("body", [b"{oops", b"\xff\xfe\x00", b"[" * 10_000, b"x" * (MOST_SHOWN + 1)])
def test_whatever_it_is(client, supervisor, herald, body):
    row = Delivery.objects.create(channel=herald, body=body)

    assert client.get(page_of(row)).status_code == 200


def test_a_supervisor_has_it_read_again(client, supervisor, failed):
    assert press(client, failed).status_code == 302

    tasks.read_missed()

    failed.refresh_from_db()
    assert (failed.state, Message.objects.get().text) == ("done", "Grüße & Küsse")


def test_or_several(client, supervisor, failed):
    chosen = {"action": "press_again", "_selected_action": [failed.pk], "confirmed": "yes"}

    assert client.post(address(Delivery, "changelist"), chosen).status_code == 302

    failed.refresh_from_db()
    assert (failed.state, failed.tries, failed.error) == ("new", 0, "")


def test_whoever_may_only_look_does_not(client, failed):
    client.force_login(make.staff("lou", "channels_app.view_delivery"))
    assert "Read again" not in client.get(page_of(failed)).content.decode()

    assert press(client, failed).status_code == 403

    chosen = {"action": "press_again", "_selected_action": [failed.pk], "confirmed": "yes"}
    client.post(address(Delivery, "changelist"), chosen)
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_what_is_about_to_be_read_needs_no_button(client, supervisor, failed):
    Delivery.objects.update(state="new")

    assert press(client, failed).status_code == 302
    assert address(Delivery, "press", failed.pk, "again") not in client.get(page_of(failed)).content.decode()


def test_the_front_page_counts_those_that_failed(client, supervisor, failed):
    figures = {figure.label: figure for figure in client.get("/admin/").context["figures"]}

    assert (figures["Webhooks not read in full"].value, figures["Webhooks not read in full"].alarming) == (1, True)
