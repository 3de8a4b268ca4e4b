"""Reports in the admin: how far everything is measured, to be started anew; and who gets which by mail."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import PartAdmin
from conversations.models import Cell, Fact, Mailing, Measure, Meter, OnlineDay, Rollup, Stale
from monty.admin import RecordAdmin, one_of
from monty.admin_buttons import Button
from teams.admin.reach import EverybodysButtons, InReach
from teams.models import Teammate


def measure_all(row: Meter, *, by: Teammate) -> None:
    """Every fact anew, in the background: after working hours or the installation's time zone were changed."""
    Meter.objects.ask_for_all()


@admin.register(Meter)
class MeterAdmin(EverybodysButtons):
    list_display = ["__str__", "done_to", "upto", "asked_at"]
    fields = ["done_to", "upto", "asked_at"]
    buttons = {"measure": Button(_("Measure everything anew"), measure_all)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Meter | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Meter | None = None) -> bool:
        return False


@admin.register(Mailing)
class MailingAdmin(InReach, RecordAdmin):
    of_team = "teammate__memberships__team"
    list_display = ["report", "teammate", "every", "due_at", "sent_at"]
    list_display_links = None
    list_select_related = ["teammate"]
    list_filter = ["every"]
    search_fields = ["report", "teammate__username", "teammate__first_name", "teammate__last_name"]
    fields = ["report", "teammate", "every", "due_at", "sent_at"]


@admin.register(Fact)
class FactAdmin(PartAdmin):
    list_display = ["at", "measure", "conversation", "value", "value_open"]
    list_filter = [one_of("measure", _("measure"), [(str(each.value), each.label) for each in Measure])]
    list_select_related = ["conversation__identity__contact"]
    search_fields = ["=conversation__id"]
    search_help_text = _("A conversation's number.")
    fields = ["conversation", "measure", "at", ("day", "hour"), ("team_id", "channel_id", "teammate_id")]
    fields += [("value", "value_open")]


@admin.register(Stale)
class StaleAdmin(PartAdmin):
    list_display = ["conversation"]
    list_select_related = ["conversation__identity__contact"]
    fields = ["conversation"]


@admin.register(Rollup)
class RollupAdmin(InReach, RecordAdmin):
    of_team = "team_id"
    list_display = ["month", "team_id", "fresh"]
    list_filter = ["fresh"]
    fields = ["month", "team_id", "fresh"]


@admin.register(Cell)
class CellAdmin(InReach, RecordAdmin):
    of_team = "rollup__team_id"
    list_display = ["rollup", "slice", "key", "measure", "count", "total"]
    list_select_related = ["rollup"]
    fields = ["rollup", "slice", "key", "measure", "count", ("total", "total_open")]


@admin.register(OnlineDay)
class OnlineDayAdmin(InReach, RecordAdmin):
    of_team = "teammate__memberships__team"
    list_display = ["day", "teammate", "seconds"]
    list_display_links = None
    list_select_related = ["teammate"]
    fields = ["day", "teammate", "seconds"]
