"""What of the people's floor is written down in the audit log."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save

from monty import admin
from teams import audit
from teams.models import ApiToken, Deed, Holiday, Invitation, Membership, Opening, Schedule, Setting, Team, Teammate

ACCOUNT = ["username", "first_name", "last_name", "email", "capacity", "password"]
RIGHTS = ["is_active", "is_staff", "is_superuser", "inbox", "own_teams_only"]


def connect() -> None:
    audit.watch(Teammate, only=ACCOUNT + RIGHTS, hidden=["password"])
    audit.watch(Team, Membership, Schedule, Opening, Holiday, Setting, Group)
    audit.watch(Invitation, but=["used_at", "used_by"])
    post_save.connect(after_token, sender=ApiToken)
    post_delete.connect(after_token, sender=ApiToken)
    admin.done.connect(audit.after_press)


def after_token(instance: ApiToken, created: bool | None = None, **_: Any) -> None:
    """The key itself is in no log: a token is known by whose it is. Whoever gets one by their password made it."""
    facts = {"name": instance.name, "scope": instance.scope} if instance.name else {}
    if created is None:
        audit.write(Deed.CHANGED, instance.teammate, {"token": "revoked", **facts})
    elif created:
        who = audit.asking() or instance.teammate
        audit.write(Deed.CHANGED, instance.teammate, {"token": "made", **facts}, by=who)
