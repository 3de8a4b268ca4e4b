"""Who may come in: every page of the inbox is for people who are logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from teams.models import Teammate

View = Callable[..., HttpResponseBase]


def logged_in(view: View) -> View:
    """Sends strangers to the log-in. Nothing of what it shows stays in a browser's cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response
        if "HX-Request" in request.headers:
            # A log-in form in the middle of a pane helps nobody: the whole page loads anew, and leads there.
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())

    return guarded


def token_too(view: View) -> View:
    """Lets a program in by its REST token where a person's session would do. For pages that change nothing."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            known = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
        except AuthenticationFailed:
            return HttpResponse(status=401, headers={"WWW-Authenticate": TokenAuthentication.keyword})
        if known is not None:
            request.user = known[0]
        return view(request, *args, **kwargs)

    return opened


def person(request: HttpRequest) -> Teammate:
    """Who asks, on a page that only people who are logged in can reach."""
    if not isinstance(request.user, Teammate):
        raise Http404
    return request.user
