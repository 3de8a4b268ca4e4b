"""Teammates and their presence in the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import Figure, having, list_of
from monty.admin_actions import ManyAdmin
from monty.admin_buttons import Button, ButtonAdmin, Offer
from teams import presence, roles
from teams.admin.reach import InReach
from teams.admin.teams import TeamsInline
from teams.forms import AwayForm, RoleForm, role_choices
from teams.login import second_factor, sessions
from teams.models import ApiToken, Availability, PresenceChange, Teammate
from teams.models.people import TeammateQuerySet


def set_away(teammate: Teammate, *, by: Teammate, reason: str, back_at: datetime | None) -> None:
    presence.choose(teammate, Availability.AWAY, by=by, reason=reason, back_at=back_at)


def set_active(teammate: Teammate, *, by: Teammate) -> None:
    presence.choose(teammate, Availability.ACTIVE, by=by)


def revoke_token(teammate: Teammate, *, by: Teammate) -> None:
    """Raises Forbidden where their account is not one's own to change."""
    roles.demand_change(teammate, by=by)
    ApiToken.objects.filter(teammate=teammate).delete()


HAS = [
    having("second_factor", _("second factor"), second_factor=True),
    having("token", _("API token"), has_token=True),
]


def since(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


@admin.register(Teammate)
class TeammateAdmin(InReach, ManyAdmin, UserAdmin):
    """Availability and role change by their buttons only, so that the logs name who did it."""

    of_team = "memberships__team"
    buttons = {
        "away": Button(_("Set away"), set_away, AwayForm),
        "active": Button(_("Set active"), set_active),
        "role": Button(_("Give role"), roles.hand, RoleForm),
        "token": Button(_("Revoke API token"), revoke_token, tone="is-grave"),
        "sessions": Button(_("Log out everywhere"), sessions.end_all, tone="is-grave"),
        "second_factor": Button(_("Remove second factor"), second_factor.remove, tone="is-grave"),
    }
    on_many = {
        "away": _("Set these teammates away? They get nothing new from Auto Assign."),
        "active": _("Set these teammates active? Those who are connected get new conversations."),
        "token": _("Revoke the API tokens of these teammates? Programs that use them stop working."),
        "sessions": _("Log these teammates out everywhere? Their browsers have to log in anew."),
    }
    list_display = [
        "name",
        "username",
        "role_name",
        "presence_dot",
        "team_names",
        "capacity",
        "is_active",
    ]
    list_display_links = ["name", "username"]
    list_filter = ["is_active", "availability", "inbox", *HAS, "teams", "groups"]
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
        (
            _("Rights"),
            {
                "fields": [
                    "role_name",
                    ("inbox", "own_teams_only"),
                    "has_second_factor",
                    "browsers",
                    "token_since",
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                ]
            },
        ),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = [
        "role_name",
        "has_second_factor",
        "browsers",
        "token_since",
        "presence_dot",
        "availability_at",
        "last_seen_at",
        "presence_log",
        "last_assigned_at",
        "last_login",
        "date_joined",
    ]
    # What would let a supervisor become an administrator.
    only_for_superusers = ["inbox", "own_teams_only", "is_staff", "is_superuser", "groups", "user_permissions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Teammate]:
        rows = super().get_queryset(request).prefetch_related("teams", "groups", "api_tokens")
        has_token = Exists(ApiToken.objects.good().filter(teammate=OuterRef("pk")))
        return rows.annotate(second_factor=second_factor.of_row(), logged_in=sessions.of_row(), has_token=has_token)

    def get_readonly_fields(self, request: HttpRequest, obj: Teammate | None = None) -> list[str]:
        return self.readonly_fields + ([] if request.user.is_superuser else self.only_for_superusers)

    def has_change_permission(self, request: HttpRequest, obj: Teammate | None = None) -> bool:
        """One's own account, and those of whoever may do less: a new password would lend their rights."""
        me = cast("Teammate", request.user)
        return (obj is None or roles.may_change(me, obj)) and super().has_change_permission(request, obj)

    def names_for(self, row: Any) -> Iterable[str]:
        token = ["token"] if row.api_tokens.all() else []
        here = ["sessions"] if row.logged_in else []
        factor = ["second_factor"] if row.second_factor else []
        return ["away" if row.availability == Availability.ACTIVE else "active", "role", *token, *here, *factor]

    def offers(self, request: HttpRequest, row: Teammate) -> list[Offer]:
        """A role is offered to whoever may give one, and of the roles those that they may give."""
        me, found = cast("Teammate", request.user), super().offers(request, row)
        may_give = me.has_perm("teams.give_role") and me != row and roles.outranks(me, row)
        for offer in found:
            if offer.button is self.buttons["role"] and may_give:
                offer.form.fields["role"].choices = role_choices(me)  # type: ignore[attr-defined]
                offer.form.initial = {"own_teams_only": row.own_teams_only or me.own_teams_only}
        return [offer for offer in found if may_give or offer.button is not self.buttons["role"]]

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        ready = cast("TeammateQuerySet", self.get_queryset(request)).ready().count()
        return [Figure(_t("Teammates ready"), ready, self.url_of("presence"), alarming=not ready)]

    @admin.display(description=_("name"), ordering="first_name")
    def name(self, teammate: Teammate) -> str:
        return teammate.name

    @admin.display(description=_("role"))
    def role_name(self, teammate: Teammate) -> str:
        name = teammate.role or (_t("Superuser") if teammate.is_superuser else "–")
        return _t("%(role)s, own teams only") % {"role": name} if teammate.own_teams_only else name

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, teammate: Any) -> bool:
        return teammate.second_factor

    @admin.display(description=_("logged in"))
    def browsers(self, teammate: Teammate) -> str:
        """In which browsers, each since when."""
        lines = ((sessions.told(row.user_agent), row.ip, since(row.created_at)) for row in sessions.of(teammate))
        return format_html_join("", "<p>{} ({}), {}</p>", lines) or "–"

    @admin.display(description=_("API token since"))
    def token_since(self, teammate: Teammate) -> datetime | None:
        return max((token.made_at for token in teammate.api_tokens.all()), default=None)

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
        people = self.everybody(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Presence"),
            "opts": self.opts,
            "rows": [(person, self.coming_and_going(request, person)) for person in people],
        }
        return TemplateResponse(request, "admin/teams/teammate/presence.html", context)

    def coming_and_going(self, request: HttpRequest, person: Teammate) -> list[Offer]:
        """What the page of presence is for. The other buttons ask what each of them may."""
        about = (self.buttons["away"], self.buttons["active"])
        return [offer for offer in ButtonAdmin.offers(self, request, person) if offer.button in about]

    def everybody(self, request: HttpRequest) -> list[Teammate]:
        """Each with their teams and `chooser`, who set them active or away (None: it was so from the start)."""
        mine = cast("TeammateQuerySet", self.get_queryset(request))
        people: list[Any] = list(mine.at_work().with_chooser().by_name())
        choosers = Teammate.objects.in_bulk({person.chosen_by for person in people if person.chosen_by})
        for person in people:
            person.chooser = choosers.get(person.chosen_by)
        return people
