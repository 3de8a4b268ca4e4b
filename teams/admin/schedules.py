"""Working hours and holidays in the admin."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet, TimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import HouseAdmin, RecordAdmin, RowsInline
from teams.admin.reach import Everybodys
from teams.forms import OpeningFormSet
from teams.models import Holiday, Opening, Schedule
from teams.models.schedule import ScheduleQuerySet


def state_of(schedule: Schedule, now: datetime) -> str:
    """“Open now”, “Opens Monday 09:00”: by the schedule's own clock."""
    hours = schedule.hours
    if hours.is_open(now):
        return _t("Open now")
    opens = hours.opens_next(now)
    if opens is None:
        return _t("Never open")
    in_a_week = (opens.date() - now.astimezone(schedule.zone).date()).days < 7
    return _t("Opens %(moment)s") % {"moment": date_format(opens, "l H:i" if in_a_week else "l j F Y, H:i")}


class OpeningInline(RowsInline):
    model = Opening
    formset = OpeningFormSet
    formfield_overrides = {TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}}
    extra = 0
    verbose_name = _("opening")
    verbose_name_plural = _("open")


class HolidayInline(RowsInline):
    model = Holiday
    extra = 0
    verbose_name_plural = _("holidays")


@admin.register(Schedule)
class ScheduleAdmin(Everybodys, HouseAdmin):
    list_display = ["name", "time_zone", "now"]
    search_fields = ["name"]
    fields = ["name", "time_zone", "now"]
    readonly_fields = ["now"]
    inlines = [OpeningInline, HolidayInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        return cast("ScheduleQuerySet", super().get_queryset(request)).with_hours()

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
            return forms.ChoiceField(label=_("Time zone"), choices=zones, help_text=db_field.help_text, initial="UTC")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("now"))
    def now(self, schedule: Schedule) -> str:
        return state_of(schedule, timezone.now()) if schedule.pk else _t("Add the hours, then save.")


@admin.register(Opening)
class OpeningAdmin(RecordAdmin):
    """To look at: hours change on their schedule's page, which refuses those that overlap."""

    list_display = ["schedule", "weekday", "opens", "closes"]
    list_filter = ["schedule", "weekday"]
    list_select_related = ["schedule"]


@admin.register(Holiday)
class HolidayAdmin(RecordAdmin):
    list_display = ["day", "name", "schedule"]
    list_filter = ["schedule"]
    list_select_related = ["schedule"]
