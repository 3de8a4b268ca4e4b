"""Flows in the admin: what they are called, on which channels, what makes them begin; their versions as a list."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from flows.admin.forms import FlowForm
from flows.models import Flow, FlowFile, FlowRun, FlowStep, HumanWord, Trigger, period_of_figures
from monty.admin import HouseAdmin, RecordAdmin
from monty.admin_buttons import Button
from monty.counting import Counted, capped
from teams.admin.reach import Everybodys, EverybodysButtons


class TriggerInline(admin.TabularInline):
    model = Trigger
    extra = 0


@admin.register(Flow)
class FlowAdmin(EverybodysButtons):
    form = FlowForm
    change_form_template = "admin/flows/flow/change_form.html"
    list_display = ["name", "key", "published", "under_way"]
    search_fields = ["name", "key", "description"]
    prepopulated_fields = {"key": ["name"]}
    fields = ["name", "key", "description", "channels", ("new_picture", "drop_picture"), "new_file"]
    inlines = [TriggerInline]
    buttons = {"edit": Button(_("Edit"), Flow.edit)}

    def names_for(self, row: Flow) -> Iterable[str]:
        """There is one draft at a time."""
        return () if row.draft else ("edit",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        under_way = Counted(FlowRun.objects.under_way().filter(flow=OuterRef("pk")))
        return super().get_queryset(request).with_current().annotate(under_way=under_way)  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.keep_files()
        if not change:
            form.instance.edit(by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that customers went through is archived instead: what was done stays done."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.runs.exists())

    def beside(self, request: HttpRequest, row: Flow) -> dict[str, Any]:
        versions = row.versions.defer("document").select_related("edited_by", "published_by")
        return {**super().beside(request, row), "versions": versions, "files": row.files.all(), "figures": lately(row)}

    @admin.display(description=_("published version"))
    def published(self, row: Flow) -> Any:
        return row.current.number if row.current else None

    @admin.display(description=_("customers in it"))
    def under_way(self, row: Flow) -> str:
        return capped(row.under_way)  # type: ignore[attr-defined]


@admin.register(FlowFile)
class FlowFileAdmin(RecordAdmin):
    list_display = ["name", "flow", "content_type", "size", "uuid"]
    list_select_related = ["flow"]
    search_fields = ["name"]
    fields = ["flow", "name", "content_type", "size", "uuid"]
    ordering = ["-pk"]


@admin.register(HumanWord)
class HumanWordAdmin(Everybodys, HouseAdmin):
    list_display = ["word", "language"]
    list_filter = ["language"]
    search_fields = ["word"]


def lately(flow: Flow) -> Any:
    """What became of customers at each node of the version that counts now; its versions' pages show any period."""
    return FlowStep.objects.of_version(flow.current).in_period(*period_of_figures()).figures() if flow.current else {}
