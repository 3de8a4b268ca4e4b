"""How far a role reaches in the admin: whoever is held to their own teams sees and arranges nothing of others."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest

from monty.admin_buttons import ButtonAdmin
from teams.models import Team, Teammate


def within(request: HttpRequest) -> QuerySet[Team] | None:
    """The teams that count for whoever asks; None: all."""
    person = cast("Teammate", request.user)
    return Team.objects.within_reach(person) if person.own_teams_only else None


class InReach(BaseModelAdmin):
    """Limits an admin's rows. `of_team`: how a row leads to its team; `shared`: rows of no team are seen, too."""

    of_team: ClassVar[str] = "team"
    shared: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows, teams = super().get_queryset(request), within(request)
        if teams is None:
            return rows
        mine = Q(**{f"{self.of_team}__in": teams})
        # By their ids: a join to several teams would show a row several times.
        own = rows.model._base_manager.filter(mine | Q(**{self.of_team: None}) if self.shared else mine)
        return rows.filter(pk__in=own.values("pk"))

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Forms offer only teams and people within reach, and want a team: of none would be of everybody."""
        if within(request) is None or db_field.related_model not in (Team, Teammate):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = admin.site.get_model_admin(db_field.related_model).get_queryset(request)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.required = True
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_theirs(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_theirs(request, obj) and super().has_delete_permission(request, obj)

    def is_theirs(self, request: HttpRequest, row: Model | None) -> bool:
        """What is everybody's is changed by those whose role reaches everybody."""
        return not self.shared or row is None or within(request) is None or getattr(row, "team_id", None) is not None


class Everybodys(BaseModelAdmin):
    """What is every team's (hours, flows, attributes): whoever is held to their own looks at it and leaves it alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return within(request) is None and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return within(request) is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return within(request) is None and super().has_delete_permission(request, obj)


class EverybodysButtons(Everybodys, ButtonAdmin):
    """The same of rows with buttons."""

    def may_press(self, request: HttpRequest) -> bool:
        return within(request) is None and super().may_press(request)
