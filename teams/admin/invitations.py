"""Invitations in the admin: made here, sent by whoever made them, gone once used."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from monty.admin import HouseAdmin
from teams import invitations, roles
from teams.admin.reach import within
from teams.forms import role_choices
from teams.models import Invitation, Team, Teammate

DAYS = (1, 3, 7, 30)


class InvitationForm(forms.ModelForm):
    """What `invitations.invite` takes; the choices are those of whoever invites."""

    role = forms.ChoiceField(label=_("Role"))
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        initial=7,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS],
    )

    class Meta:
        model = Invitation
        fields = ["name", "email", "role", "team", "own_teams_only"]

    def choose_for(self, person: Teammate, teams: QuerySet[Team] | None) -> None:
        cast("forms.ChoiceField", self.fields["role"]).choices = role_choices(person)
        if teams is not None:
            cast("forms.ModelChoiceField", self.fields["team"]).queryset = teams
            self.fields["team"].required = True
            self.initial["own_teams_only"] = True


@admin.register(Invitation)
class InvitationAdmin(HouseAdmin):
    """An open one's page shows its link, so it is there for whoever could have made it themselves."""

    list_display = ["name", "role", "team", "state", "made_by", "expires_at", "used_by"]
    list_filter = ["role"]
    list_select_related = ["team", "made_by", "used_by"]
    search_fields = ["name", "email"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        person, rows = cast("Teammate", request.user), super().get_queryset(request)
        if not person.is_superuser:
            rows = rows.filter(role__in=roles.to_give(person))
        return rows if within(request) is None else rows.filter(made_by=person)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["name", "email", "role", "team", "own_teams_only", "days"]
        link = ["link"] if obj.is_open else []
        given = ["name", "email", "role", "team", "own_teams_only"]
        return [*link, "state", *given, "made_by", "made_at", "expires_at", "used_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.get_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)

        class Mine(InvitationForm):
            def __init__(self, *args: Any, **inner: Any) -> None:
                super().__init__(*args, **inner)
                self.choose_for(cast("Teammate", request.user), within(request))

        return super().get_form(request, obj, change, **{**kwargs, "form": Mine, "fields": InvitationForm.Meta.fields})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Invitation:
        """Made by the verb, which asks once more what this person may give."""
        typed = dict(form.cleaned_data)
        lasts = timedelta(days=typed.pop("days"))
        form.save_m2m = lambda: None
        return invitations.invite(**typed, lasts=lasts, by=cast("Teammate", request.user))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """It is there already."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, _t("Copy the link and send it to %(name)s.") % {"name": obj.name})
        return HttpResponseRedirect(self.url_of("change", obj.pk))

    @admin.display(description=_("link"))
    def link(self, row: Invitation) -> str:
        return format_html('<code class="copyable" tabindex="0">{}</code>', row.link)

    @admin.display(description=_("state"))
    def state(self, row: Invitation) -> str:
        if row.used_at:
            return _t("Used")
        return _t("Open") if row.is_open else _t("Too old")
