"""Inviting somebody, and coming in by an invitation."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from monty.errors import Forbidden, MontyError
from teams import audit, roles
from teams.models import Deed, Invitation, Membership, Team, Teammate


class Void(MontyError):
    """An invitation that lets nobody in any more."""

    code = "void"

    def __init__(self) -> None:
        super().__init__(_("This invitation has been used or is too old. Ask for another one."))


def invite(
    name: str,
    role: str,
    *,
    by: Teammate,
    lasts: timedelta,
    team: Team | None = None,
    own_teams_only: bool = False,
    email: str = "",
) -> Invitation:
    """Make a link for one person. Raises Forbidden for a role or a team beyond one's own."""
    demand_inviting(role, team, own_teams_only=own_teams_only, by=by)
    return Invitation.objects.create(
        name=name,
        email=email,
        role=role,
        team=team,
        own_teams_only=own_teams_only,
        made_by=by,
        expires_at=timezone.now() + lasts,
    )


def demand_inviting(role: str, team: Team | None, *, own_teams_only: bool, by: Teammate) -> None:
    roles.demand_handing(role, own_teams_only=own_teams_only, by=by)
    if team is not None and not Team.objects.within_reach(by).filter(pk=team.pk).exists():
        raise Forbidden(_("You cannot invite anybody into the team %(team)s.") % {"team": team})


@transaction.atomic
def accept(invitation: Invitation, *, username: str, password: str | None, **names: Any) -> Teammate:
    """Make the account. Of two who try at once one comes in. Raises Void, also if its maker could not give it now.

    Without a password it is for single sign-on alone.
    """
    maker, reach = invitation.made_by, invitation.own_teams_only
    try:
        demand_inviting(invitation.role, invitation.team, own_teams_only=reach, by=maker)
    except Forbidden as refused:
        raise Void from refused
    mine = Invitation.objects.open().filter(pk=invitation.pk)
    # Claimed by the row itself: the second waits here, and then finds it used.
    if not Invitation.objects.filter(pk__in=mine.values("pk"), used_at=None).update(used_at=timezone.now()):
        raise Void
    person: Teammate = Teammate.objects.create_user(username, invitation.email, password, **names)
    roles.give(person, invitation.role, own_teams_only=reach)
    if invitation.team:
        Membership.objects.create(team=invitation.team, teammate=person)
    Invitation.objects.filter(pk=invitation.pk).update(used_by=person)
    audit.note(Deed.ADDED, person, by=person, role=invitation.role, invited_by=str(maker))
    return person
