"""Pages speak the language and keep the clock of whoever reads them, once these have proved who they are."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from monty.problems import MEDIA_TYPE, of_error
from teams.login import second_factor
from teams.models import Teammate

# Where whoever has to set up a second factor may go: allauth's pages about it, and out again.
SETTING_UP = ("mfa_", "account_", "logout")


class PersonalMiddleware:
    """Of those who have not chosen, their browser's language and clock (`monty.zones`).

    Whoever comes without a session (providers, visitors, programs) is not looked up, and REST tells its times in UTC.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for_people = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith("/api/")
        me = request.user if for_people else None
        if not isinstance(me, Teammate):
            return self.get_response(request)
        language = me.language or translation.get_language()
        zone = me.zone if me.time_zone else timezone.get_current_timezone()
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
        # Said here, because outside of this the browser's own language counts again.
        response.headers.setdefault("Content-Language", language or settings.LANGUAGE_CODE)
        return response


class SecondFactorMiddleware:
    """Leads people of whom a second factor is demanded to set one up: until then no other page is open to them.

    For programs, which come by a token, `teams.authentication` asks the same; for sockets, their consumer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        setting_up = match is not None and str(match.url_name).startswith(SETTING_UP)
        if setting_up or settings.SESSION_COOKIE_NAME not in request.COOKIES or not second_factor.is_demanded():
            return None
        if not isinstance(request.user, Teammate) or not second_factor.is_missing(request.user):
            return None
        if request.path.startswith("/api/"):
            error = second_factor.Missing()
            return JsonResponse(of_error(error), status=error.status, content_type=MEDIA_TYPE)
        if "HX-Request" in request.headers:
            return HttpResponse(status=403, headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")
