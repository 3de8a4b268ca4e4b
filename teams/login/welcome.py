"""Whom single sign-on lets in for the first time: people who were invited, known by a verified e-mail address."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from monty.errors import Forbidden
from teams import audit, invitations, roles
from teams.models import Deed, Invitation, Teammate

NEW_ROLE = "Agent"
LONGEST = 150


def let_in(verified: Sequence[str], suggested: Teammate) -> Teammate:
    """Their new account. `suggested`: what the provider calls them. Raises Forbidden with the reason, or Void.

    An account that is there already is never taken over by its e-mail address, which its owner typed and nobody
    verified: they log in to it and connect it themselves.
    """
    if not verified:
        raise Forbidden(_("Your provider does not say that your e-mail address is verified, so nobody comes in by it."))
    invitation = Invitation.objects.open().for_emails(verified).first()
    if invitation is not None:
        return accept(invitation, suggested)
    if Teammate.objects.of_emails(verified).exists():
        raise Forbidden(_("There is an account with your e-mail address. Log in to it as usual, and connect it there."))
    if not settings.OIDC_NEW_AGENTS:
        sentence = _("Nobody has invited %(email)s. Ask your supervisor for an invitation.")
        raise Forbidden(sentence % {"email": verified[0]})
    return new_agent(verified[0], suggested)


def accept(invitation: Invitation, suggested: Teammate) -> Teammate:
    names = {"first_name": invitation.name} | names_of(suggested)
    return invitations.accept(invitation, username=free_username(suggested, invitation.email), password=None, **names)


def names_of(suggested: Teammate) -> dict[str, str]:
    """As much as there is room for."""
    names = {"first_name": suggested.first_name, "last_name": suggested.last_name}
    return {field: name[:LONGEST] for field, name in names.items() if name}


@transaction.atomic
def new_agent(email: str, suggested: Teammate) -> Teammate:
    username, names = free_username(suggested, email), names_of(suggested)
    person: Teammate = Teammate.objects.create_user(username, email, password=None, **names)
    roles.give(person, NEW_ROLE)
    audit.note(Deed.ADDED, person, by=person, role=NEW_ROLE, by_way_of="single sign-on")
    return person


def free_username(suggested: Teammate, email: str) -> str:
    """As the provider calls them, else the name of their mailbox; with a number if somebody is called so."""
    wanted = slugify(suggested.username.partition("@")[0]) or slugify(email.partition("@")[0]) or "teammate"
    taken = set(Teammate.objects.filter(username__istartswith=wanted[:100]).values_list("username", flat=True))
    lower, name, number = {each.lower() for each in taken}, wanted[:100], 1
    while name in lower:
        number += 1
        name = f"{wanted[:100]}{number}"
    return name
