"""Bulk actions in the admin: asked for in any list there, watched on a page of their own, looked at afterwards."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from conversations import bulk, presses, tasks
from conversations.admin.sight import PartAdmin
from conversations.followups import soon
from conversations.models import BulkItem, BulkRun, Conversation
from conversations.models.bulk import UNDO
from monty.admin import NAMED, RecordAdmin, address, page_of
from monty.admin_actions import ASKED, ManyAdmin, wanted
from monty.errors import BadInput
from teams import audit
from teams.admin.reach import InReach
from teams.models import Deed, Teammate

# So few are done while somebody waits for the page.
HANDFUL = 10


class Refusal(NamedTuple):
    """A row that was left as it is, as the page tells of it."""

    name: str
    url: str
    reason: str


@receiver(wanted)
def begin(
    sender: Any, page: ManyAdmin, name: str, rows: Sequence[int], form: forms.Form, by: Teammate, **_more: Any
) -> str:
    """Start it, and say where it can be watched. A conversation's verbs take the way that the inbox takes."""
    if sender is Conversation:
        run = bulk.ask(name, rows, form.cleaned_data, by=by)
    else:
        data = cast("QueryDict", form.data)
        typed = {key: data.getlist(key) for key in data if key.startswith(f"{ASKED}-")}
        kept = {"fields": typed, "zone": timezone.get_current_timezone_name()}
        asked = BulkRun(by=by, kind=page.opts.label_lower, verb=name, arguments=kept)
        run = bulk.begin(asked, [BulkItem(row=number) for number in rows])
    audit.note(Deed.DID, run, by=by, did=str(page.buttons[name].label), rows=run.total)
    return watched(run)


def watched(run: BulkRun) -> str:
    if run.total > HANDFUL:
        soon(tasks.bulk, run.pk)
    else:
        bulk.carry_out(run.pk)
    return address(BulkRun, "progress", run.pk)


@admin.register(BulkRun)
class BulkRunAdmin(InReach, RecordAdmin):
    of_team = "by__memberships__team"
    list_display = ["started_at", "by", "verb", "what", "total", "done", "failed", "finished_at"]
    list_select_related = ["by"]
    fields = ["by", "verb", "what", "arguments", "undoes", "total", "done", "failed", "started_at", "finished_at"]
    readonly_fields = ["what"]
    ordering = ["-pk"]
    sortable_by = ()

    @admin.display(description=_("of what"))
    def what(self, run: BulkRun) -> str:
        return str(presses.page_of(run.kind).opts.verbose_name_plural)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/progress/", self.progress_view, name="conversations_bulkrun_progress"),
            path("<int:pk>/undo/", self.undo_view, name="conversations_bulkrun_undo"),
        ]
        for each in own:
            each.callback = self.admin_site.admin_view(each.callback)
        return [*own, *super().get_urls()]

    @method_decorator(require_GET)
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it has come, for whoever asked for it. The page reads itself anew until it is done."""
        run = mine(request, pk)
        page = presses.page_of(run.kind)
        refusals = told(run, page, request)
        context = {
            **self.admin_site.each_context(request),
            "title": title(run, page),
            "opts": self.opts,
            "run": run,
            "kind": page.opts.verbose_name_plural,
            "list": page.url_of("changelist"),
            "refusals": refusals,
            "unnamed": run.failed - len(refusals),
        }
        return TemplateResponse(request, "admin/conversations/bulkrun/progress.html", context)

    @method_decorator(require_POST)
    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = mine(request, pk)
        try:
            return HttpResponseRedirect(watched(bulk.undo(run, by=cast("Teammate", request.user))))
        except BadInput as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.url_of("progress", pk))


def mine(request: HttpRequest, pk: int) -> BulkRun:
    """Raises Http404 for everybody else's."""
    run = BulkRun.objects.of(cast("Teammate", request.user)).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def title(run: BulkRun, page: ManyAdmin) -> str:
    button = page.buttons.get(run.verb)
    label = button.label if button else _t("Undo") if run.verb == UNDO else run.verb
    return f"{label}: {run.total} {page.opts.verbose_name_plural}"


def told(run: BulkRun, page: ManyAdmin, request: HttpRequest) -> list[Refusal]:
    """The first of what was left as it is; by name what the person sees."""
    items = list(run.failures[:NAMED])
    rows = page.get_queryset(request).in_bulk([item.number for item in items])
    found = [(rows.get(item.number), item) for item in items]
    return [
        Refusal(str(row or f"#{item.number}"), page_of(row) if row else page.url_of("changelist"), item.reason)
        for row, item in found
    ]


@admin.register(BulkItem)
class BulkItemAdmin(PartAdmin):
    list_display = ["run", "conversation", "row", "settled", "reason"]
    list_select_related = ["run", "conversation__identity__contact"]
    fields = ["run", "conversation", "row", "settled", "event", "reason"]
