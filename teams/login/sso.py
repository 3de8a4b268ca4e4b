"""The provider people sign on by: OpenID Connect's code flow with PKCE, its ID tokens' signatures always checked."""

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse


class Issuer(OpenIDConnectOAuth2Adapter):
    """How we talk to it."""

    def __init__(self, request: HttpRequest, provider_id: str = "sso") -> None:
        super().__init__(request, provider_id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PUBLIC_URL + reverse("sso-callback")

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_access_token_data(*args, **kwargs)
        # TLS alone would do for the library; between us and the issuer there may be a proxy that ends it.
        self.did_fetch_access_token = False
        return found

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Raises OAuth2Error for whatever is not as OpenID Connect has it."""
        try:
            login = super().complete_login(request, app, token, **kwargs)
            facts = login.account.extra_data
            same = facts["id_token"]["sub"] == facts["userinfo"]["sub"]
        except (LookupError, TypeError, ValueError, AttributeError, ImproperlyConfigured) as error:
            # The last: an id longer than there is room for.
            raise OAuth2Error("The issuer's answer is incomplete.") from error
        if not same:
            # OpenID Connect Core 1.0, 5.3.2: else somebody slipped us the answer for another.
            raise OAuth2Error("The token and the answer about its owner name two people.")
        return login


class SingleSignOn(OpenIDConnectProvider):
    id = "sso"
    oauth2_adapter_class = Issuer

    def get_oauth2_adapter(self, request: HttpRequest) -> Issuer:
        return Issuer(request)


def name() -> str:
    """What the provider is called; "" if there is none."""
    known: Any = settings.SOCIALACCOUNT_PROVIDERS["sso"]["APPS"]
    return next((each["name"] for each in known), "")
