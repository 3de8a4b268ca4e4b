"""Whose clock a page goes by."""

import pytest
import time_machine
from django.utils import timezone

from monty.zones import ReadersZone
from tests import make

pytestmark = pytest.mark.once


def zone_told(rf, cookie: str | None) -> str:
    request = rf.get("/")
    if cookie is not None:
        request.COOKIES["zone"] = cookie
    return ReadersZone(lambda _request: timezone.get_current_timezone_name())(request)  # type: ignore[arg-type, return-value]


def test_it_is_the_readers_where_their_browser_tells(rf):
    assert zone_told(rf, "Asia/Tokyo") == "Asia/Tokyo"
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("odd", [None, "", "Europe", "../../etc/passwd", "Mars/Base", "\0"])
def test_else_it_is_the_installations(rf, odd):
    assert zone_told(rf, odd) == "UTC"


@time_machine.travel("2026-03-02T12:00:00Z", tick=False)
def test_tomorrow_morning_is_the_readers_morning(client, ana, conversation):
    client.force_login(ana)
    client.cookies["zone"] = "Asia/Tokyo"
    make.message(conversation.channel, "Hello")
    client.post(f"/conversations/{conversation.pk}/schedule/", {"text": "Good morning", "choice": "tomorrow"})
    assert conversation.scheduled.get().send_at.isoformat() == "2026-03-03T00:00:00+00:00"
