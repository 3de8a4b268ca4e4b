"""Forms of allauth's that meet what no browser sends: whatever the library trips over is no passkey."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

# Of these the library catches some.
STUMBLES = (LookupError, TypeError, ValueError, AttributeError)


class Add(forms.AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except STUMBLES as error:
            raise get_adapter().validation_error("incorrect_code") from error


class Careful(forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except STUMBLES as error:
            raise get_adapter().validation_error("incorrect_code") from error


class Authenticate(Careful):
    """After the password."""


class LogIn(Careful, forms.LoginWebAuthnForm):
    """Alone."""


class Reauthenticate(Careful, forms.ReauthenticateWebAuthnForm):
    """Once more."""
