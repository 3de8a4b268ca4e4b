"""What of logging in is written down in the audit log: second factors, single sign-on, the lock. Never a secret."""

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.helpers import get_failure_limit
from axes.signals import user_locked_out
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from teams import audit
from teams.models import Deed, Teammate

CALLED = {
    Authenticator.Type.TOTP: "app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def connect() -> None:
    audit.tell_of(Teammate)
    for model in (Authenticator, SocialAccount):
        post_save.connect(after_save, sender=model)
        post_delete.connect(after_delete, sender=model)
    user_logged_in.connect(after_log_in)
    user_locked_out.connect(after_lock)


def after_save(instance: Any, created: bool, **_: Any) -> None:
    if created:
        audit.write(Deed.CHANGED, instance.user, {what(instance): "added"}, by=audit.asking() or instance.user)


def after_delete(instance: Any, **_: Any) -> None:
    """By whoever asks; of those who are deleted themselves that says enough."""
    audit.write(Deed.CHANGED, instance.user, {what(instance): "removed"})


def what(row: Any) -> str:
    return f"second factor: {CALLED[row.type]}" if isinstance(row, Authenticator) else "single sign-on"


def after_log_in(request: HttpRequest, user: Teammate, sociallogin: Any = None, **_: Any) -> None:
    """Only those who come by single sign-on: somebody else vouches for them."""
    if sociallogin is not None:
        audit.note(Deed.DID, user, by=user, did="log in", by_way_of=str(sociallogin.account.provider))


def after_lock(request: Any, username: str | None, **_: Any) -> None:
    """Once for each lock, however often it is tried meanwhile; names that nobody has are nobody's."""
    first = getattr(request, "axes_failures_since_start", None) == get_failure_limit(request, {"username": username})
    person = Teammate.objects.filter(username=username or "").first() if first else None
    if person is not None:
        audit.note(Deed.DID, person, by=person, did="lock after wrong passwords")
