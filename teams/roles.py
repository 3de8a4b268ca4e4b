"""The seven roles: presets over fine permissions, kept as Django's groups and renewed by every `migrate`.

What somebody may do is asked of their permissions (`has_perm`) and of their rights (`teams.models.rights`) alone; whose
conversations they see, of `visible_to`. The table in `tests/who_may.txt` says what comes of it at every door.
"""

from dataclasses import dataclass, replace

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import Forbidden
from teams.models import Inbox, Teammate


def may(deeds: str, app: str, models: str) -> frozenset[str]:
    """Permissions by name: each of these deeds with each of these models of an app."""
    return frozenset(f"{app}.{deed}_{model}" for deed in deeds.split() for model in models.split())


@dataclass(frozen=True, slots=True)
class Role:
    """What a preset grants. `staff`: may enter the admin at all, where the permissions count."""

    tells: str | Promise
    permissions: frozenset[str]
    inbox: Inbox = Inbox.ANSWERS
    staff: bool = True

    def __add__(self, more: frozenset[str]) -> "Role":
        return replace(self, permissions=self.permissions | more)


LOOK, KEEP, EVERYTHING = "view", "view add change", "view add change delete"
EVERY_TEAM = frozenset({"teams.oversee"})

# --- What belongs together ------------------------------------------------------------------------------------------

HOURS = "schedule opening holiday"
CONTENT = "attribute savedreply macro"
FLOWS = "flow trigger humanword"
TALKS = "contact identity alias merge conversation labelling message attachment attempt reaction event episode"
RECORDS = "round decision savedview bulkrun bulkitem savedfile mention scheduled scheduledfile digest earlyreceipt"
STATIONS = "visitor delivery remark forgery template"

PEOPLE_SEEN = may(LOOK, "teams", f"teammate team membership presencechange choice {HOURS}")
CHANNELS_SEEN = may(LOOK, "channels_app", f"channel {STATIONS}")
TALKS_SEEN = may(LOOK, "conversations", f"{TALKS} {RECORDS} {CONTENT} label")
FLOWS_SEEN = may(LOOK, "flows", f"{FLOWS} flowversion flowfile flowrun")
ORDERS_SEEN = may(LOOK, "orders", "product variant order line version")
REPORTS_READ = frozenset({"conversations.read_reports"})
REPORTS_SEEN = REPORTS_READ | may(LOOK, "conversations", "fact stale rollup cell onlineday mailing meter")
ALL_SEEN = PEOPLE_SEEN | CHANNELS_SEEN | TALKS_SEEN | FLOWS_SEEN | ORDERS_SEEN | REPORTS_SEEN
ALL_SEEN |= may(LOOK, "teams", "setting keeping")

HOURS_KEPT = may(EVERYTHING, "teams", HOURS)
CONTENT_KEPT = may(EVERYTHING, "conversations", CONTENT) | may(KEEP, "conversations", "label")
FLOWS_KEPT = may(EVERYTHING, "flows", FLOWS) | may("change", "flows", "flowversion")
CATALOGUE_KEPT = may(EVERYTHING, "orders", "product variant")
CHANNELS_KEPT = may("add change", "channels_app", "channel")
# Whoever may press what stands on a conversation's, a message's, a delivery's page.
TALKS_LED = may("change", "conversations", "contact conversation message") | {"conversations.merge_contact"}
# Whoever moves to Monty: with what customers said elsewhere, so a right of its own.
IMPORTS_LED = may(KEEP, "conversations", "import")
DELIVERIES_LED = may("change", "channels_app", "delivery")
ORDERS_LED = may("change", "orders", "order") | {"orders.refund_order"}
REPORTS_LED = may("change", "conversations", "meter")
WEBHOOKS_KEPT = may(EVERYTHING, "webhooks", "subscription") | may("view change", "webhooks", "delivery")
WEBHOOKS_KEPT |= may(LOOK, "webhooks", "attempt")
TEAMS_LED = may(KEEP, "teams", "team") | may(EVERYTHING, "teams", "membership") | may("change", "teams", "teammate")
PEOPLE_LED = may("view add delete", "teams", "invitation") | {"teams.give_role"}
WATCHED = may(LOOK, "teams", "auditentry apitoken")

# --- The presets ----------------------------------------------------------------------------------------------------

VIEWER = Role(_("Sees everything, changes nothing"), EVERY_TEAM | ALL_SEEN, Inbox.LOOKS)
SUPERVISOR = replace(VIEWER, tells=_("Leads teams: people, roles, inboxes, content, flows"), inbox=Inbox.ANSWERS)
SUPERVISOR += CATALOGUE_KEPT | ORDERS_LED | REPORTS_LED
SUPERVISOR += TEAMS_LED | HOURS_KEPT | CONTENT_KEPT | FLOWS_KEPT | TALKS_LED | DELIVERIES_LED | PEOPLE_LED | WATCHED
EDITOR = replace(VIEWER, tells=_("Edits flows, content, channels and settings, not people"), inbox=Inbox.ANSWERS)
EDITOR += HOURS_KEPT | CONTENT_KEPT | FLOWS_KEPT | CHANNELS_KEPT | TALKS_LED | DELIVERIES_LED
EDITOR += CATALOGUE_KEPT | may("change", "teams", "setting")
ADMIN = replace(SUPERVISOR, tells=_("Does everything"))
ADMIN += EDITOR.permissions | may("add", "teams", "teammate") | may("delete", "teams", "team")
ADMIN += may("delete", "channels_app", "channel") | may("delete", "conversations", "label")
ADMIN += IMPORTS_LED | WEBHOOKS_KEPT
ADMIN += frozenset({"conversations.export_contact", "conversations.erase_contact"})

PRESETS: dict[str, Role] = {
    "Admin": ADMIN,
    "Editor": EDITOR,
    "Agent": Role(_("Answers customers in the inbox"), frozenset({"conversations.merge_contact"}), staff=False),
    "Analyst": Role(
        _("Reads reports and what is behind their numbers"), EVERY_TEAM | REPORTS_READ, Inbox.LOOKS, staff=False
    ),
    "Viewer": VIEWER,
    "Supervisor": SUPERVISOR,
    "App Manager": Role(
        _("Connects channels and other programs, and brings along what was said before; sees nothing else"),
        EVERY_TEAM
        | CHANNELS_KEPT
        | IMPORTS_LED
        | WEBHOOKS_KEPT
        | may(LOOK, "channels_app", "channel remark forgery template"),
        Inbox.OUT,
    ),
}


def renew() -> None:
    """Have a group for each preset, with exactly its permissions. Other rights take a group of another name."""
    kept = Group.permissions.through.objects.filter(group__name__in=PRESETS)
    names = kept.values_list("group__name", "permission__content_type__app_label", "permission__codename")
    there = {(group, f"{app}.{codename}") for group, app, codename in names}
    if there == {(name, each) for name, role in PRESETS.items() for each in role.permissions}:
        return
    with transaction.atomic():
        every = {f"{each.content_type.app_label}.{each.codename}": each for each in known_permissions()}
        for name, role in PRESETS.items():
            group, _new = Group.objects.get_or_create(name=name)
            group.permissions.set([every[each] for each in role.permissions if each in every])


def known_permissions() -> QuerySet[Permission]:
    return Permission.objects.select_related("content_type")


def give(person: Teammate, role: str, *, own_teams_only: bool = False) -> None:
    """Make this the person's (saved) only role. For whoever asks on somebody's behalf there is `hand`."""
    preset = PRESETS[role]
    with transaction.atomic():
        renew()
        person.groups.set([Group.objects.get(name=role)])
        person.is_staff = person.is_superuser or preset.staff
        person.inbox, person.own_teams_only = preset.inbox, own_teams_only
        person.save(update_fields=["is_staff", "inbox", "own_teams_only"])


def hand(person: Teammate, role: str, *, own_teams_only: bool, by: Teammate) -> None:
    """The same, as somebody's decision. Raises Forbidden where it goes beyond what they may themselves."""
    demand_handing(role, own_teams_only=own_teams_only, by=by)
    if not outranks(by, person):
        raise Forbidden(_t("Only somebody who may do more than %(name)s gives them a role.") % {"name": person})
    give(person, role, own_teams_only=own_teams_only)


def demand_handing(role: str, *, own_teams_only: bool, by: Teammate) -> None:
    """Nobody gives what they have not got: no permission beyond their own, no team beyond their reach."""
    if role not in to_give(by):
        raise Forbidden(_t("You cannot give the role %(role)s.") % {"role": role})
    if by.own_teams_only and not own_teams_only and PRESETS[role].permissions & EVERY_TEAM:
        raise Forbidden(_t("Your own role reaches your teams only; so must theirs."))


def to_give(by: Teammate) -> list[str]:
    """The roles that somebody may give to others."""
    if not by.has_perm("teams.give_role"):
        return []
    own = by.get_all_permissions()
    return [name for name, role in PRESETS.items() if by.is_superuser or role.permissions <= own]


def outranks(by: Teammate, other: Teammate) -> bool:
    """May do all that the other may, wherever they may it, and more: else a new password would lend their rights."""
    if by.is_superuser:
        return True
    reaches_further = other.is_superuser or (other.oversees and not by.oversees)
    return not reaches_further and other.get_all_permissions() < by.get_all_permissions()


def may_change(by: Teammate, other: Teammate) -> bool:
    """Whether an account is somebody's to change: their own, and those of whoever may do less."""
    return by == other or outranks(by, other)


def demand_change(other: Teammate, *, by: Teammate) -> None:
    if not may_change(by, other):
        raise Forbidden(_t("Only somebody who may do more than %(name)s changes their account.") % {"name": other})
