"""Imports in the admin: a file is brought, looked at line by line, and taken in once somebody has said so."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from conversations import tasks
from conversations.forms.importing import ImportForm, bring, channels_of
from conversations.importing import refusals
from conversations.importing.work import KINDS
from conversations.models import Import, RefusedItem
from conversations.models.importing import ImportState
from monty.admin import RecordAdmin, one_of
from monty.admin_buttons import Button, ButtonAdmin
from teams.admin.reach import InReach, within
from teams.models import Teammate


def begin(row: Import, *, by: Teammate) -> None:
    row.begin()
    tasks.bring.delay_on_commit(row.pk)


def drop(row: Import, *, by: Teammate) -> None:
    row.drop()


@admin.register(Import)
class ImportAdmin(InReach, ButtonAdmin):
    """Whoever brought a file sees it, and nobody else: it holds what customers said of themselves."""

    of_team, shared = "channel__team", True
    form = ImportForm
    add_form_template = "admin/conversations/import/add_form.html"
    change_form_template = "admin/conversations/import/change_form.html"
    buttons = {"begin": Button(_("Import"), begin, tone="is-main"), "drop": Button(_("Discard"), drop)}
    list_display = ["name", "kind", "channel", "state", "new", "known", "wrong", "started_at"]
    list_filter = [one_of("state", _("state"), ImportState.choices)]
    list_select_related = ["channel"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(by=request.user)

    def names_for(self, row: Import) -> Iterable[str]:
        return row.allowed_verbs()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only channels of teams within reach."""
        if db_field.name == "channel":
            kwargs["queryset"] = channels_of(within(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Channels are connected elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "channel" and field is not None:
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        bring(obj, by=cast("Teammate", request.user))

    def response_add(self, request: HttpRequest, obj: Import, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(self.url_of("change", obj.pk))

    # --- One import -------------------------------------------------------------------------------------------------

    def beside(self, request: HttpRequest, row: Import) -> dict[str, Any]:
        return {
            **super().beside(request, row),
            "columns": KINDS[row.kind].columns,
            "problems": refusals.problems(row),
            "left_out": [(LEFT_OUT[what], names) for what, names in row.left_out.items()],
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.refused_view)
        return [path("<int:pk>/refused.csv", view, name="conversations_import_refused"), *super().get_urls()]

    def refused_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The refused lines as they were, each with what is wrong: put right, they can be brought once more."""
        row = self.get_object(request, str(pk))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return refusals.take(row)


LEFT_OUT = {
    "column": _("Columns that Monty does not know"),
    "team": _("Teams that are not here"),
    "teammate": _("Teammates that are not here"),
    "label": _("Labels that are not here"),
}


@admin.register(RefusedItem)
class RefusedItemAdmin(InReach, RecordAdmin):
    of_team = "run__channel__team"
    list_display = ["__str__"]
    list_select_related = ["run__channel"]
    fields = ["run", "lines", "problems"]
    ordering = ["-pk"]
    sortable_by = ()
