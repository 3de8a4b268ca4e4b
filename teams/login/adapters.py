"""What allauth asks us: whom it may let in, how secrets are kept, and in which words it refuses."""

from typing import Any, NoReturn, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import Forbidden, MontyError
from monty.sealing import Unreadable
from teams import audit
from teams.login import second_factor, welcome
from teams.models import Teammate

BACKEND = "teams.backend.OneQueryBackend"
# For whom a proxy tells none.
NO_ADDRESS = "::"
WAYS = {"mfa_reauthenticate": _("Use a code"), "mfa_reauthenticate:webauthn": _("Use a passkey")}


def refused(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    """Why somebody does not come in, and the way back to the log-in."""
    return render(request, "registration/refused.html", {"sentence": sentence}, status=status)


class AccountAdapter(DefaultAccountAdapter):
    """Passwords, and what every way in has in common."""

    def login(self, request: HttpRequest, user: Any) -> None:
        user.backend = BACKEND
        super().login(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        return audit.address(request) or NO_ADDRESS

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return refused(request, _t("This account is switched off. Ask your supervisor."))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who came by single sign-on and has set nothing up yet has nothing to prove it by again."""
        person = context.request.user
        return super().is_reauthentication_required(app=app, **kwargs) and bool(
            self.get_reauthentication_methods(person)
        )

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A stolen password, with which somebody is logged in, takes no second factor away."""
        found = super().get_reauthentication_methods(user)
        others = [each | {"description": WAYS[each["id"]]} for each in found if each["id"] in WAYS]
        return others or found


class FactorAdapter(DefaultMFAAdapter):
    """Second factors. Their secrets are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That does not prove it: the code or passkey is wrong, too old, or was used already."),
    }

    def encrypt(self, text: str) -> str:
        return second_factor.safe.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Forbidden if it was encrypted with a key that is not known any more."""
        try:
            return second_factor.safe.unseal(encrypted_text)
        except Unreadable as error:
            sentence = _t("Your second factor cannot be read any more. Ask your supervisor to remove it.")
            raise Forbidden(sentence) from error

    def get_totp_label(self, user: Any) -> str:
        return user.username

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return _t("Passkey of %(name)s") % {"name": user.username}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Monty"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"name": user.username}


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: whom the provider vouches for comes in if Monty knows or expects them."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        suggested = cast("Teammate", sociallogin.user)
        try:
            with transaction.atomic():
                sociallogin.connect(request, welcome.let_in(verified, suggested))
        except MontyError as error:
            self.refuse(request, str(error.detail))
        except IntegrityError:
            self.refuse(request, _t("You came in twice at once. Try again."))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        if error == AuthError.CANCELLED:
            self.refuse(request, _t("You did not go on at %(name)s.") % {"name": provider.name})
        sentence = _t("%(name)s did not confirm who you are, or it took too long. Try again.")
        self.refuse(request, sentence % {"name": provider.name})

    def refuse(self, request: HttpRequest, sentence: str) -> NoReturn:
        raise ImmediateHttpResponse(refused(request, sentence))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("mfa_index")
