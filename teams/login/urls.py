"""Every address of logging in. Names with an underscore are those by which allauth finds its own pages."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from teams.access import of_oneself
from teams.login import pages, sso_pages

OWN = reverse_lazy("mfa_index")


def mine(view: Any, template: str, **kwargs: Any) -> Any:
    """A page of allauth's about oneself, as a card of ours."""
    return of_oneself(view.as_view(template_name=f"registration/{template}.html", **kwargs))


def sure(view: Any, title: Any, lead: Any, button: Any, **kwargs: Any) -> Any:
    """The same, which only asks whether it is meant."""
    return mine(view, "sure", extra_context={"title": title, "lead": lead, "button": button}, **kwargs)


log_in: list[URLPattern] = [
    path("login/", pages.LogIn.as_view(), name="account_login"),
    path(
        "login/second-factor/",
        base.AuthenticateView.as_view(template_name="registration/second_factor.html"),
        name="mfa_authenticate",
    ),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/sso/", sso_pages.start, name="sso"),
    path("login/sso/callback/", sso_pages.callback, name="sso-callback"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
again: list[URLPattern] = [
    path("me/log-in/again/", mine(ReauthenticateView, "again"), name="account_reauthenticate"),
    path("me/log-in/again/code/", mine(base.ReauthenticateView, "again"), name="mfa_reauthenticate"),
    path(
        "me/log-in/again/passkey/",
        mine(passkeys.ReauthenticateWebAuthnView, "again_passkey"),
        name="mfa_reauthenticate_webauthn",
    ),
]
own: list[URLPattern] = [
    path("me/log-in/", pages.own, name="mfa_index"),
    path("password/", of_oneself(pages.ChangePassword.as_view()), name="change-password"),
    path("me/log-in/app/", mine(app.ActivateTOTPView, "app"), name="mfa_activate_totp"),
    path(
        "me/log-in/app/off/",
        sure(
            app.DeactivateTOTPView,
            _("Switch the app off"),
            _("Its codes let nobody in any more. Delete the entry in the app, too."),
            _("Switch it off"),
        ),
        name="mfa_deactivate_totp",
    ),
    path("me/log-in/passkeys/add/", mine(passkeys.AddWebAuthnView, "passkey"), name="mfa_add_webauthn"),
    path(
        "me/log-in/passkeys/<int:pk>/remove/",
        sure(
            passkeys.RemoveWebAuthnView,
            _("Remove this passkey"),
            _("It lets nobody in any more. Your device may still offer it; delete it there, too."),
            _("Remove it"),
            success_url=OWN,
        ),
        name="mfa_remove_webauthn",
    ),
    path(
        "me/log-in/passkeys/<int:pk>/",
        mine(passkeys.EditWebAuthnView, "passkey_name", success_url=OWN),
        name="mfa_edit_webauthn",
    ),
    path("me/log-in/recovery-codes/", mine(codes.ViewRecoveryCodesView, "codes"), name="mfa_view_recovery_codes"),
    path(
        "me/log-in/recovery-codes/new/",
        sure(
            codes.GenerateRecoveryCodesView,
            _("New recovery codes"),
            _("Those that you have until now are void as soon as there are new ones."),
            _("Make new ones"),
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/log-in/recovery-codes/download/",
        of_oneself(codes.DownloadRecoveryCodesView.as_view(template_name="registration/codes.txt")),
        name="mfa_download_recovery_codes",
    ),
    path("me/log-in/sessions/end/", pages.end_other_sessions, name="end-other-sessions"),
    path("me/log-in/sessions/<int:pk>/end/", pages.end_session, name="end-session"),
    path("me/log-in/sso/connect/", sso_pages.connect, name="sso-connect"),
    path("me/log-in/sso/disconnect/", sso_pages.disconnect, name="sso-disconnect"),
]
urlpatterns = [*log_in, *again, *own]
