"""Roles are groups with permissions. Made by `make_groups`; an administrator may change them in the admin."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from teams.models import Teammate

# Group name -> "app.codename" of what its members may do in the admin and beyond.
GROUPS: dict[str, list[str]] = {
    "Agent": [],
    "Supervisor": [
        "teams.oversee",
        "teams.view_teammate",
        "teams.change_teammate",
        "teams.view_team",
        "teams.add_team",
        "teams.change_team",
        "teams.view_membership",
        "teams.add_membership",
        "teams.change_membership",
        "teams.delete_membership",
        "teams.view_presencechange",
        "teams.view_schedule",
        "teams.add_schedule",
        "teams.change_schedule",
        "teams.delete_schedule",
        "teams.view_opening",
        "teams.add_opening",
        "teams.change_opening",
        "teams.delete_opening",
        "teams.view_holiday",
        "teams.add_holiday",
        "teams.change_holiday",
        "teams.delete_holiday",
        "channels_app.view_channel",
        "channels_app.view_visitor",
        "channels_app.view_delivery",
        "channels_app.change_delivery",
        "channels_app.view_remark",
        "channels_app.view_forgery",
        "channels_app.view_template",
        "conversations.view_contact",
        "conversations.change_contact",
        "conversations.view_identity",
        "conversations.view_conversation",
        "conversations.change_conversation",
        "conversations.view_label",
        "conversations.add_label",
        "conversations.change_label",
        "conversations.view_labelling",
        "conversations.view_message",
        "conversations.view_attachment",
        "conversations.view_attempt",
        "conversations.view_reaction",
        "conversations.view_alias",
        "conversations.view_event",
        "conversations.view_episode",
        "conversations.view_round",
        "conversations.view_decision",
        "conversations.view_savedview",
        "conversations.view_bulkrun",
        "conversations.view_bulkitem",
        "conversations.view_savedreply",
        "conversations.add_savedreply",
        "conversations.change_savedreply",
        "conversations.delete_savedreply",
        "conversations.view_savedfile",
        "conversations.view_mention",
    ],
}


def make_groups() -> dict[str, Group]:
    """The groups by name, with exactly the permissions above. Safe to call again."""
    groups = {}
    for name, permissions in GROUPS.items():
        groups[name], _ = Group.objects.get_or_create(name=name)
        wanted = Q(pk=None)
        for permission in permissions:
            app, codename = permission.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        groups[name].permissions.set(Permission.objects.filter(wanted))
    return groups


def give(person: Teammate, group: str) -> None:
    """Make the person (saved) a member of this group only; supervisors may enter the admin."""
    person.groups.set([make_groups()[group]])
    person.is_staff = person.is_superuser or group == "Supervisor"
    person.save(update_fields=["is_staff"])
