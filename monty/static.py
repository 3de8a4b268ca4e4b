"""Static files are served at the doors, before Django is asked: an asynchronous middleware would slow every request."""

from collections.abc import Callable
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from servestatic.base import ServeStaticBase

# What `collectstatic` puts into a name says what is in the file: it never changes, and browsers may keep it.
HASHED = r"\.[0-9a-f]{12}\.[^/]+$"


def with_static_files(door: type[ServeStaticBase], application: Callable[..., Any]) -> ServeStaticBase:
    """The application behind a door that answers for STATIC_ROOT itself."""
    return door(
        application,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        autorefresh=settings.DEBUG,
        max_age=0 if settings.DEBUG else 60,
        immutable_file_test=HASHED,
        add_headers_function=harden,
    )


def harden(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
