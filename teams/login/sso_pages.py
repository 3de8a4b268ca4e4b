"""Single sign-on's way out to the provider and back."""

from collections.abc import Callable

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import disconnect as forget_account
from allauth.socialaccount.internal.flows.connect import validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from teams.access import of_oneself, person
from teams.login import sso
from teams.login.adapters import refused

View = Callable[[HttpRequest], HttpResponse]


def asks_the_provider(view: View) -> View:
    """What it cannot be reached for, or answers without sense, is said in words. Without a provider: 404."""

    def asking(request: HttpRequest) -> HttpResponse:
        if not sso.name():
            raise Http404
        try:
            return view(request)
        except ImmediateHttpResponse as answer:
            return answer.response
        except (RequestException, LookupError, TypeError, ValueError, AttributeError):
            sentence = _("%(name)s cannot be reached. Try again, or log in with your password.")
            return refused(request, sentence % {"name": sso.name()}, status=502)

    return never_cache(asking)


@require_POST
@asks_the_provider
def start(request: HttpRequest) -> HttpResponse:
    return leave(request, AuthProcess.LOGIN)


@require_POST
@of_oneself
@asks_the_provider
def connect(request: HttpRequest) -> HttpResponse:
    """Whoever is logged in says: that person at the provider is me."""
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    return leave(request, AuthProcess.CONNECT)


def leave(request: HttpRequest, process: str) -> HttpResponse:
    """By a page, not a redirect: the answer to a form may lead to no other host (Content-Security-Policy)."""
    provider = get_adapter().get_provider(request, sso.SingleSignOn.id)
    response = provider.redirect(request, process, next_url=get_next_redirect_url(request))
    if "Location" not in response:
        return response
    return render(request, "registration/leave.html", {"url": response["Location"], "name": sso.name()})


@require_safe
@asks_the_provider
def callback(request: HttpRequest) -> HttpResponse:
    return OAuth2CallbackView.adapter_view(sso.Issuer)(request)


@require_POST
@of_oneself
def disconnect(request: HttpRequest) -> HttpResponse:
    account = get_object_or_404(SocialAccount, user=person(request))
    try:
        validate_disconnect(request, account)
    except ValidationError:
        messages.error(request, _("Single sign-on is your only way in: it stays."))
    else:
        forget_account(request, account)
    return redirect("mfa_index")
