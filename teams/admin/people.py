"""Teammates and their presence in the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework.authtoken.models import Token, TokenProxy

from monty.admin import Figure, RecordAdmin, list_of
from monty.admin_buttons import Button, ButtonAdmin
from teams import presence
from teams.admin.teams import TeamsInline
from teams.forms import AwayForm
from teams.models import Availability, PresenceChange, Teammate


def set_away(teammate: Teammate, *, by: Teammate, reason: str, back_at: datetime | None) -> None:
    presence.choose(teammate, Availability.AWAY, by=by, reason=reason, back_at=back_at)


def set_active(teammate: Teammate, *, by: Teammate) -> None:
    presence.choose(teammate, Availability.ACTIVE, by=by)


@admin.register(Teammate)
class TeammateAdmin(ButtonAdmin, UserAdmin):
    """Availability changes by its buttons only, so that the presence log names who did it."""

    buttons = {
        "away": Button(_("Set away"), set_away, AwayForm),
        "active": Button(_("Set active"), set_active),
    }
    actions = ["set_away", "set_active", "revoke_tokens"]
    list_display = ["name", "username", "presence_dot", "team_names", "capacity", "last_seen_at", "is_active"]
    list_display_links = ["name", "username"]
    list_filter = ["is_active", "availability", "teams", "groups"]
    ordering = ["first_name", "last_name", "pk"]
    inlines = [TeamsInline]
    fieldsets = [
        (None, {"fields": ["username", "password", ("first_name", "last_name"), "email"]}),
        (
            _("Work"),
            {
                "fields": [
                    "presence_dot",
                    "availability_at",
                    "last_seen_at",
                    "presence_log",
                    "capacity",
                    "last_assigned_at",
                ]
            },
        ),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = [
        "presence_dot",
        "availability_at",
        "last_seen_at",
        "presence_log",
        "last_assigned_at",
        "last_login",
        "date_joined",
    ]
    # What would let a supervisor become an administrator.
    only_for_superusers = ["is_staff", "is_superuser", "groups", "user_permissions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Teammate]:
        return super().get_queryset(request).prefetch_related("teams")

    def get_readonly_fields(self, request: HttpRequest, obj: Teammate | None = None) -> list[str]:
        return self.readonly_fields + ([] if request.user.is_superuser else self.only_for_superusers)

    def has_change_permission(self, request: HttpRequest, obj: Teammate | None = None) -> bool:
        """Accounts with rights of their own are changed by superusers: a new password would lend those rights."""
        safe = obj is None or not obj.is_staff or obj == request.user or request.user.is_superuser
        return safe and super().has_change_permission(request, obj)

    def names_for(self, row: Teammate) -> Iterable[str]:
        return ["away"] if row.availability == Availability.ACTIVE else ["active"]

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        ready = Teammate.objects.ready().count()
        return [Figure(_t("Teammates ready"), ready, self.url_of("presence"), alarming=not ready)]

    @admin.display(description=_("name"), ordering="first_name")
    def name(self, teammate: Teammate) -> str:
        return teammate.name

    @admin.display(description=_("presence"), ordering="availability")
    def presence_dot(self, teammate: Teammate) -> str:
        return format_html('<span class="dot dot-{}">{}</span>', teammate.dot, teammate.presence_word)

    @admin.display(description=_("teams"))
    def team_names(self, teammate: Teammate) -> str:
        return ", ".join(team.name for team in teammate.teams.all()) or "–"

    @admin.display(description=_("presence log"))
    def presence_log(self, teammate: Teammate) -> str:
        log = list_of(PresenceChange, teammate=teammate.pk)
        return format_html('<a href="{}">{}</a>', log, _t("When they came and went"))

    # --- Presence of everybody -------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.presence_view)
        return [path("presence/", page, name="teams_teammate_presence"), *super().get_urls()]

    def presence_view(self, request: HttpRequest) -> HttpResponse:
        """Who is there now. The page reads itself anew every few seconds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        people = self.everybody()
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Presence"),
            "opts": self.opts,
            "rows": [(person, self.offers(request, person)) for person in people],
        }
        return TemplateResponse(request, "admin/teams/teammate/presence.html", context)

    def everybody(self) -> list[Teammate]:
        """Each with their teams and `chooser`, who set them active or away (None: it was so from the start)."""
        people = list(Teammate.objects.at_work().with_chooser().by_name().prefetch_related("teams"))
        choosers = Teammate.objects.in_bulk({person.chosen_by for person in people if person.chosen_by})
        for person in people:
            person.chooser = choosers.get(person.chosen_by)
        return people

    @admin.action(description=_("Set away"), permissions=["change"])
    def set_away(self, request: HttpRequest, teammates: QuerySet[Teammate]) -> None:
        self.choose(request, teammates, Availability.AWAY)

    @admin.action(description=_("Set active"), permissions=["change"])
    def set_active(self, request: HttpRequest, teammates: QuerySet[Teammate]) -> None:
        self.choose(request, teammates, Availability.ACTIVE)

    @admin.action(description=_("Revoke API tokens"), permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, teammates: QuerySet[Teammate]) -> None:
        number, _rows = Token.objects.filter(user__in=teammates).delete()
        sentence = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", number)
        self.message_user(request, sentence % {"count": number}, messages.SUCCESS)

    def choose(self, request: HttpRequest, teammates: QuerySet[Teammate], availability: Availability) -> None:
        for teammate in teammates:
            presence.choose(teammate, availability, by=cast("Teammate", request.user))
        facts = {"count": len(teammates), "availability": availability.label}
        sentence = ngettext(
            "%(count)s teammate: %(availability)s.", "%(count)s teammates: %(availability)s.", len(teammates)
        )
        self.message_user(request, sentence % facts, messages.SUCCESS)


@admin.register(PresenceChange)
class PresenceChangeAdmin(RecordAdmin):
    list_display = ["at", "teammate", "what", "reason", "by"]
    list_display_links = None
    list_filter = ["what", ("teammate", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["teammate", "by"]
    search_fields = ["teammate__username", "teammate__first_name", "teammate__last_name"]
    sortable_by = ()


# A token's own page would show its key, and so would the history of its deletion: tokens end by the action above.
admin.site.unregister(TokenProxy)
