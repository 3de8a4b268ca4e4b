"""Who may come in: every page of the inbox is for people who are logged in and whose role leaves them in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from monty.errors import Forbidden
from teams.authentication import TokenAuthentication
from teams.models import Teammate

View = Callable[..., HttpResponseBase]


def demand_inbox(someone: Teammate, method: str | None) -> None:
    """The one rule of what a role leaves of the inbox, asked by pages and REST alike. Raises Forbidden."""
    if someone.stays_out:
        raise Forbidden(_("Your role has no part in the inbox."))
    if method not in SAFE_METHODS and not someone.answers:
        raise Forbidden(_("Your role lets you look, not change anything here."))


def of_oneself(view: View) -> View:
    """For whoever is logged in, whatever their role. Sends strangers to the log-in; no browser keeps what it shows."""

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


def logged_in(view: View) -> View:
    """A page of the inbox: for whoever is logged in, as far as their role lets them (`demand_inbox`)."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        me = person(request)
        if me.stays_out and me.is_staff and request.path == reverse("inbox"):
            # Whoever logs in is led here; their work is next door.
            return redirect("admin:index")
        demand_inbox(me, request.method)
        return view(request, *args, **kwargs)

    return of_oneself(allowed)


class InboxPermission(IsAuthenticated):
    """The same for REST, where nothing else is asked for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        known = super().has_permission(request, view)
        if known:
            demand_inbox(person(request), request.method)
        return known


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


def person(request: HttpRequest | Request) -> Teammate:
    """Who asks, on a page that only people who are logged in can reach."""
    if not isinstance(request.user, Teammate):
        raise Http404
    return request.user
