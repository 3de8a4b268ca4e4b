"""Times are read and written by the reader's own clock; their browser tells it by a cookie (static/js/zone.js)."""

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "zone"


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Read once: looking through the system's files takes a while."""
    return frozenset(available_timezones())


class ReadersZone:
    """Whoever tells no zone, or one that does not exist, gets the installation's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "")
        with timezone.override(ZoneInfo(name) if name in known() else None):
            return self.get_response(request)
