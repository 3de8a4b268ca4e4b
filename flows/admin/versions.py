"""Versions in the admin: a draft's document is written here, and every problem names its node."""

from datetime import datetime, time
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.admin.dry_runs import DryRunPages
from flows.admin.editor import EditorPages
from flows.admin.forms import VersionForm, written
from flows.diff import differences
from flows.document import Document
from flows.models import FlowStep, FlowVersion, VersionState, period_of_figures
from monty.admin_buttons import Button
from teams import audit
from teams.admin.reach import EverybodysButtons, within
from teams.models import Deed


@admin.register(FlowVersion)
class FlowVersionAdmin(EverybodysButtons, EditorPages, DryRunPages):
    form = VersionForm
    change_form_template = "admin/flows/flowversion/change_form.html"
    list_display = ["__str__", "state", "edited_at", "edited_by", "published_at", "published_by"]
    list_filter = ["state", "flow"]
    list_select_related = ["flow", "edited_by", "published_by"]
    readonly_fields = ["flow", "state", "shown", "edited_at", "edited_by", "published_at", "published_by"]
    buttons = {
        "publish": Button(_("Publish"), FlowVersion.publish, tone="primary"),
        "archive": Button(_("Archive"), FlowVersion.archive),
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["flow", "state", ("edited_at", "edited_by"), ("published_at", "published_by")]
        return [*facts, "text", "upload"] if self.has_change_permission(request, obj) else [*facts, "shown"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a draft is written."""
        is_draft = obj is not None and obj.state == VersionState.DRAFT
        return is_draft and within(request) is None and request.user.has_perm("flows.change_flowversion")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.edit(form.document, by=request.user)
        if found := obj.open_problems:
            self.message_user(request, _t("Kept, with %(number)s problems.") % {"number": len(found)}, messages.WARNING)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the draft, where its problems stand."""
        return HttpResponseRedirect(self.url_of("change", obj.pk))

    def beside(self, request: HttpRequest, row: FlowVersion) -> dict[str, Any]:
        others = row.flow.versions.exclude(pk=row.pk).only("number", "state", "flow")
        return {**super().beside(request, row), "problems": row.open_problems, "others": others}

    @admin.display(description=_("document"))
    def shown(self, row: FlowVersion) -> str:
        return format_html("<pre>{}</pre>", written(row.document))

    # --- Pages of their own ------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        pages = {"export": self.export, "differences": self.difference_view, "figures": self.figure_view}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"flows_flowversion_{name}")
            for name, view in pages.items()
        ]
        return [*own, *self.editor_urls(), *self.dry_run_urls(), *super().get_urls()]

    def export(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document as a file, which another installation may import."""
        row = self.version(request, pk)
        audit.note(Deed.EXPORTED, row)
        response = JsonResponse(row.document, json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="{row.flow.key}-{row.number}.json"'
        return response

    def difference_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is different from another version (the one before it, unless `than` names one)."""
        row = self.version(request, pk)
        others = row.flow.versions.exclude(pk=row.pk)
        than = request.GET.get("than", "")
        other = row.compared_with(int(than) if than.isdecimal() and len(than) < 9 else None)
        found = differences(Document.of(other.document), Document.of(row.document)) if other else []
        return self.page(request, row, "differences", other=other, others=others, found=found)

    def figure_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How often each node was reached in a period, and what became of customers there."""
        row = self.version(request, pk)
        since, until = period_of_figures(moment(request.GET.get("since")), moment(request.GET.get("until")))
        steps = FlowStep.objects.of_version(row).in_period(since, until)
        figures, nodes = steps.figures(), Document.of(row.document).nodes
        rows = [(nodes[number].title if number in nodes else number, each) for number, each in figures.items()]
        rows.sort(key=lambda each: -each[1]["reached"])
        return self.page(request, row, "figures", rows=rows, figures=figures, since=since, until=until)


def moment(text: str | None) -> datetime | None:
    """The beginning of a day, by the reader's clock."""
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time())) if day else None
