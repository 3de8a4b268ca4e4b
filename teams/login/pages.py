"""The log-in, and each person's own page about it: second factors, single sign-on, sessions."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from monty.errors import Forbidden
from teams.access import of_oneself, person
from teams.login import second_factor, sessions, sso
from teams.models import Teammate


class LogIn(LoginView):
    """By a password, and from there through allauth's stages. Beside it the other ways in."""

    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """From the start: who has come back from the second factor's page may come in by another way."""
        clear_login(request)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        return perform_password_login(self.request, form.cleaned_data, login)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sso": sso.name()}


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    """One's own, by whoever knows the former one. Every other browser is logged out."""

    template_name = "registration/password.html"
    success_url = reverse_lazy("mfa_index")
    success_message = _("Your password is changed.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not person(request).has_usable_password():
            raise Forbidden(_t("You log in by single sign-on: there is no password to change."))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        me = person(self.request)
        sessions.end_others(self.request, me)
        response = super().form_valid(form)
        # Its key is another one now: the list of sessions follows.
        password_changed.send(sender=Teammate, request=self.request, user=me)
        return response


@require_safe
@of_oneself
def own(request: HttpRequest) -> HttpResponse:
    """“My log-in”: what one proves oneself by, and where one is logged in."""
    me = person(request)
    factors = list(Authenticator.objects.filter(user=me).order_by("pk"))
    connected = SocialAccount.objects.filter(user=me).first()
    codes = [RecoveryCodes(each) for each in factors if each.type == Authenticator.Type.RECOVERY_CODES]
    context = {
        "me": me,
        "app": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes[0].get_unused_codes()) if codes else None,
        "missing": second_factor.is_missing(me),
        "sessions": [(row, sessions.told(row.user_agent)) for row in sessions.of(me)],
        "here": request.session.session_key,
        "connected": connected,
        # One that is no longer there can still be disconnected.
        "provider": sso.name() or (connected and connected.provider),
    }
    return render(request, "registration/own.html", context)


@require_POST
@of_oneself
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    me = person(request)
    row = get_object_or_404(sessions.of(me), pk=pk)
    sessions.end(sessions.of(me).filter(pk=row.pk), by=me)
    messages.success(request, _t("That browser is logged out."))
    return redirect("mfa_index")


@require_POST
@of_oneself
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    number = sessions.end_others(request, person(request))
    told = ngettext("%(number)s other browser is logged out.", "%(number)s other browsers are logged out.", number)
    messages.success(request, told % {"number": number})
    return redirect("mfa_index")
