"""Second factors: who has one, who must have one, and proving it where there is no page to do so."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import Forbidden
from monty.sealing import Safe, Unreadable
from teams import roles
from teams.models import Teammate
from teams.models.setting import rule

OF_NOBODY, OF_STAFF, OF_ALL = range(3)
SECOND_FACTOR = rule(
    "second_factor",
    _("Second factor is demanded"),
    _("They give a code or a passkey beside their password; until they have set one up they see nothing else."),
    lambda: OF_NOBODY,
    choices=(_("of nobody"), _("of roles that enter the admin"), _("of every role")),
)

safe = Safe(b"monty second factors")
# What of an authenticator's data is encrypted.
SEALED = ("secret", "seed")


def has_one(person: Teammate) -> bool:
    """Recovery codes alone are none: they only stand in for one."""
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def of_row() -> Exists:
    """The same of each row of a query of teammates."""
    theirs = Authenticator.objects.filter(user=OuterRef("pk"))
    return Exists(theirs.exclude(type=Authenticator.Type.RECOVERY_CODES))


def is_demanded() -> bool:
    """Of anybody at all."""
    return SECOND_FACTOR() > OF_NOBODY


def is_missing(person: Teammate) -> bool:
    """It is demanded of them, and they have not set one up. Asks the database only if it is demanded."""
    return SECOND_FACTOR() >= (OF_STAFF if person.is_staff else OF_ALL) and not has_one(person)


def demand(person: Teammate) -> None:
    """Raises Forbidden."""
    if is_missing(person):
        raise Missing


class Missing(Forbidden):
    """They have to set up a second factor before anything else."""

    code = "second_factor_missing"

    def __init__(self) -> None:
        super().__init__(_t("Your role wants a second factor. Log in with a browser and set one up first."))


def proof(person: Teammate, code: str) -> AuthenticateForm:
    """A code of the app, or a recovery code: valid once. Counts by person and by address how often it was wrong."""
    form = AuthenticateForm(user=person, data={"code": code})
    if form.is_valid():
        form.authenticator.record_usage()
    return form


def remove(person: Teammate, *, by: Teammate) -> None:
    """All that they have, for somebody who has lost it. Raises Forbidden where their account is not one's to change."""
    roles.demand_change(person, by=by)
    Authenticator.objects.filter(user=person).delete()


def renew_secrets() -> list[str]:
    """Encrypt them all with the newest key of the installation; whose cannot be read by any."""
    unreadable = []
    for pk in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().select_related("user").get(pk=pk)
            try:
                row.data |= renewed(row.data)
            except Unreadable:
                unreadable.append(str(row.user))
            row.save(update_fields=["data"])
    return unreadable


def renewed(data: dict[str, Any]) -> dict[str, str]:
    return {name: safe.renew(data[name]) for name in SEALED if name in data}
