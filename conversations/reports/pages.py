"""The report pages."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conversations.digests import mail_is_set_up
from conversations.models import Mailing
from conversations.models.mailing import Every
from conversations.pages.inbox import number
from conversations.reports import behind, files, mailing, measuring
from conversations.reports.access import teams_of
from conversations.reports.base import REPORTS, Report, reports
from conversations.reports.forms import QuestionForm, as_query
from conversations.reports.periods import Period, last_of, months_before, today
from conversations.reports.table import Table, table
from monty import sheets
from monty.errors import BadInput
from teams.access import logged_in, of_oneself, person


@require_GET
@logged_in
def first(request: HttpRequest) -> HttpResponse:
    teams_of(person(request))
    return redirect("report", reports()[0].name)


@require_GET
@logged_in
def report(request: HttpRequest, name: str) -> HttpResponse:
    me, form = person(request), asked(request, name)
    shown = table(form)
    context: dict[str, Any] = {
        "table": shown,
        "reports": [(each, address(each, shown)) for each in reports()],
        "presets": presets(shown),
        "bys": [(each, shown.report.label(each), row_address(shown, each.value)) for each in shown.report.by],
        "zone": timezone.get_default_timezone_name(),
        "progress": measuring.progress(),
        "mailings": Mailing.objects.of(me).filter(report=name),
        "every": Every,
        "mail_works": mail_is_set_up() and bool(me.email),
        "others": extra(form),
    }
    return render(request, "reports/page.html", context)


@require_GET
@logged_in
def as_file(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Everything that the page shows."""
    shown = table(asked(request, name))
    period = shown.question.period
    return sheets.download(f"{name}-{period.since}-{period.until}", [files.take(shown, by=person(request))])


@require_GET
@logged_in
def conversations(request: HttpRequest, name: str) -> HttpResponse:
    """What was counted: the conversations behind one number."""
    me, form = person(request), asked(request, name)
    question = form.question.whole()
    figure = form.report.figure(request.GET.get("figure", ""))
    if figure is None or figure.behind is None:
        raise Http404
    page = behind.page(
        form.report, question, figure, me, least=number(request, "least"), after=request.GET.get("after", "")
    )
    query = request.GET.copy()
    query["after"] = page.more
    back = f"{reverse('report', args=[name])}?{as_query(form.question, form.own).urlencode()}"
    context = {
        "report": form.report,
        "figure": figure,
        "page": page,
        "question": question,
        "next": query.urlencode(),
        "back": back,
    }
    return render(request, "reports/behind.html", context)


@require_POST
@of_oneself
def subscribe(request: HttpRequest, name: str) -> HttpResponse:
    """Have it by mail from now on, as it is asked for here."""
    me, form = person(request), asked(request, name)
    if request.POST.get("every") not in Every.values:
        raise BadInput(_("Choose how often."), field="every")
    mailing.subscribe(me, form, Every(request.POST["every"]))
    messages.success(request, _("You get this report by mail."))
    return redirect(f"{reverse('report', args=[name])}?{request.GET.urlencode()}")


@require_POST
@of_oneself
def unsubscribe(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Mailing.objects.of(person(request)), pk=pk)
    row.delete()
    messages.success(request, _("You no longer get it."))
    return redirect("report", row.report) if row.report in REPORTS else redirect("reports")


# --- What the templates are given -----------------------------------------------------------------------------------


def asked(request: HttpRequest, name: str) -> QuestionForm:
    """Raises Http404 where there is no such report, Forbidden, BadInput."""
    if name not in REPORTS:
        raise Http404
    form = QuestionForm(request.GET, report=REPORTS[name], reader=person(request))
    form.demand_valid()
    return form


def address(each: Report, shown: Table) -> str:
    """Another report about the same."""
    query = as_query(shown.question, shown.own)
    if shown.question.by not in each.by:
        query.pop("by", None)
    return f"{reverse('report', args=[each.name])}?{query.urlencode()}"


def row_address(shown: Table, by: str) -> str:
    query = as_query(shown.question, shown.own)
    query["by"] = by
    if by == "label":
        query.pop("label", None)
    return f"?{query.urlencode()}"


def presets(shown: Table) -> list[tuple[str, str, bool]]:
    """Periods that people ask for: name, address, whether it is this one."""
    now = today()
    month, year = now.replace(day=1), now.replace(month=1, day=1)
    last = months_before(now, 1)
    periods = {
        _("7 days"): Period.ending(now, 7),
        _("28 days"): Period.ending(now, 28),
        _("This month"): Period(month, now),
        _("Last month"): Period(last, last_of(last)),
        _("This year"): Period(year, now),
        _("12 months"): Period(months_before(now, 12), last_of(last)),
    }
    return [(name, preset(shown, period), period == shown.question.period) for name, period in periods.items()]


def preset(shown: Table, period: Period) -> str:
    query = as_query(shown.question.over(period), shown.own)
    if query.get("by") in ("day", "month"):
        del query["by"]
    return f"?{query.urlencode()}"


def extra(form: QuestionForm) -> list[Any]:
    """Fields of the form by which the report is narrowed down."""
    return [form[name] for name in ("team", "channel", "teammate", "label", "hours") if name in form.fields]
