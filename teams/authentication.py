"""How a program says who it is: `Authorization: Token …`."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed

from teams.login import second_factor
from teams.models import ApiToken


class TokenAuthentication(authentication.TokenAuthentication):
    """The framework's, with tokens of which only the hash is known, of somebody who may be here."""

    def authenticate_credentials(self, key: str) -> tuple[Any, ApiToken]:
        token = ApiToken.objects.of_key(key)
        if token is None:
            raise AuthenticationFailed(_("This token opens nothing."))
        second_factor.demand(token.teammate)
        token.use()
        return token.teammate, token
