"""Which answers another website's page may take into itself: none, unless their view says so.

Of the headers of this kind it is the one that Django leaves to us.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Cross-Origin-Resource-Policy"


def for_other_websites(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view whose answers are meant for the pages of others, as the webchat's loader is."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers[HEADER] = "cross-origin"
        return response

    return shared


class IsolationMiddleware:
    """Browsers hand what is not marked to Monty's own pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, "same-origin")
        return response
