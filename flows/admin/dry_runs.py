"""The dry run of a draft: started here, watched while it goes, read as a table."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows import dry_run, tasks
from flows.admin.version_pages import VersionPages
from flows.document import Document
from flows.models import DryRun, DryTry
from flows.models.dry_run import MOST
from monty.errors import BadInput
from teams.models import Teammate

USUAL, EARLIER = 50, 10


class HowMany(forms.Form):
    number = forms.IntegerField(label=_("Last conversations"), min_value=1, max_value=MOST, initial=USUAL)


class DryRunPages(VersionPages):
    """For the admin of versions."""

    def dry_run_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.dry_run)
        return [path("<int:pk>/dry-run/", view, name="flows_flowversion_dry-run")]

    def dry_run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Only whoever may write the draft, who sees only conversations that the inbox would show them."""
        row = self.draft(request, pk)
        person = cast("Teammate", request.user)
        form = HowMany(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                begun = dry_run.start(row, form.cleaned_data["number"], by=person)
            except BadInput as refused:
                form.add_error("number", str(refused.detail))
            else:
                tasks.dry_run.delay_on_commit(begun.pk)
                return HttpResponseRedirect(f"{request.path}?run={begun.pk}")
        runs = list(row.dry_runs.select_related("against", "by").order_by("-pk")[:EARLIER])
        title = _t("Dry run of %(version)s") % {"version": row}
        facts = result(chosen(runs, request.GET.get("run", "")), person)
        return self.page(request, row, "dry_run", title=title, form=form, runs=runs, **facts)


def chosen(runs: list[DryRun], number: str) -> DryRun | None:
    """The one that is asked for, else the last. Raises Http404."""
    if not number:
        return runs[0] if runs else None
    for run in runs:
        if str(run.pk) == number:
            return run
    raise Http404


def result(run: DryRun | None, person: Teammate) -> dict[str, Any]:
    if run is None:
        return {"run": None}
    seen = run.tries.seen_by(person).select_related("conversation__identity__contact", "conversation__channel")
    tries = list(seen.filter(after__isnull=False).order_by("-conversation"))
    nodes = Document.of(run.document).nodes
    return {
        "run": run,
        "done": run.done,
        "rows": [row(each, nodes) for each in tries if each.differs],
        "same": sum(not each.differs for each in tries),
        "summary": dry_run.summary(tries),
    }


def row(each: DryTry, nodes: dict[str, Any]) -> dict[str, Any]:
    return {
        "conversation": each.conversation,
        "before": side(each.before, each, nodes),
        "after": side(each.after, each, nodes),
    }


def side(outcome: Any, each: DryTry, nodes: dict[str, Any]) -> dict[str, Any]:
    last = outcome["way"][-1] if outcome["way"] else ""
    return {
        "ending": dry_run.endings()[outcome["ending"]],
        "at": nodes[last].title if last in nodes else last,
        "answers": outcome["answers"],
        "differs": each.differs,
    }
