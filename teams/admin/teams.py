"""Teams and who is in them, in the admin."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import DurationField, Field, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import HouseAdmin, RowsInline
from monty.forms import MINUTE, LengthField
from teams.admin.reach import InReach, within
from teams.admin.schedules import state_of
from teams.models import Membership, Team
from teams.models.people import TeamQuerySet


class MembershipInline(InReach, RowsInline):
    model = Membership
    extra = 0
    verbose_name_plural = _("members")
    autocomplete_fields = ["teammate"]


class TeamsInline(MembershipInline):
    """The same memberships, from the teammate's side."""

    verbose_name_plural = _("teams")
    verbose_name = _("team")
    autocomplete_fields = ["team"]


@admin.register(Team)
class TeamAdmin(InReach, HouseAdmin):
    of_team = "pk"
    list_display = ["name", "auto_assign", "how_many", "hours", "who"]
    list_editable = ["auto_assign"]
    list_filter = ["auto_assign", "schedule"]
    search_fields = ["name"]
    inlines = [MembershipInline]
    autocomplete_fields = ["schedule"]
    readonly_fields = ["hours"]
    fieldsets = [
        (None, {"fields": ["name", "language", "auto_assign", "capacity", "label_required"]}),
        (_("Working hours"), {"fields": ["schedule", "hours", "away_message"]}),
        (_("When nobody answers"), {"fields": ["response_time", "return_after_away", "return_after_vanished"]}),
        (_("When nobody is there"), {"fields": ["digest_after", "digest_with_text"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return cast("TeamQuerySet", super().get_queryset(request)).with_members().with_hours()

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, DurationField):
            label = _t("%(name)s, in minutes") % {"name": capfirst(db_field.verbose_name)}
            return db_field.formfield(form_class=LengthField, unit=MINUTE, label=label)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return within(request) is None and super().has_add_permission(request)

    @admin.display(description=_("ready"))
    def how_many(self, team: Team) -> str:
        members = team.memberships.all()
        facts = {"ready": sum(member.teammate.is_ready for member in members), "all": len(members)}
        return _t("%(ready)s of %(all)s") % facts

    @admin.display(description=_("hours"))
    def hours(self, team: Team) -> str:
        return state_of(team.schedule, timezone.now()) if team.schedule else _t("Always open")

    @admin.display(description=_("members"))
    def who(self, team: Team) -> str:
        people = [member.teammate for member in team.memberships.all()]
        dot = '<span class="dot dot-{}" title="{}">{}<span class="visually-hidden"> ({})</span></span>'
        facts = ((each.dot, each.presence_word, each, each.presence_word) for each in people)
        return format_html_join(" ", dot, facts) or "–"


@admin.register(Membership)
class MembershipAdmin(InReach, HouseAdmin):
    list_display = ["teammate", "team", "role", "capacity"]
    list_filter = ["team", "role"]
    list_select_related = ["teammate", "team"]
    search_fields = ["teammate__username", "teammate__first_name", "teammate__last_name", "team__name"]
    autocomplete_fields = ["teammate", "team"]
