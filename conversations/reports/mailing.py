"""Reports by mail: each once when it is due, as its reader may see it then."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.models import Mailing
from conversations.models.mailing import Every
from conversations.reports import files
from conversations.reports.base import REPORTS
from conversations.reports.forms import QuestionForm, as_query
from conversations.reports.table import Table, table
from monty.errors import MontyError
from monty.letters import letter
from teams.models import Teammate

# What a mailing keeps of a question: all but the days.
DAYS = ("since", "until")


def subscribe(reader: Teammate, form: QuestionForm, every: Every) -> Mailing:
    """Asked for twice it is the same one."""
    query = as_query(form.question, form.own)
    asked = {name: value for name, value in query.items() if name not in DAYS}
    mine = Mailing.objects.filter(teammate=reader, report=form.report.name, every=every)
    known = next((row for row in mine if row.asked == asked), None)
    return known or Mailing.objects.create(
        teammate=reader, report=form.report.name, every=every, asked=asked, due_at=every.next_time(timezone.now())
    )


def send(mailing_id: int) -> None:
    """Send one, if it is its time. What the mail server does not take, the sweep comes back to."""
    row = Mailing.objects.due().select_related("teammate").filter(pk=mailing_id).first()
    if row is None or not Mailing.objects.claim(row):
        return
    reader = row.teammate
    with translation.override(reader.language or settings.LANGUAGE_CODE), timezone.override(reader.zone):
        shown = read(row)
        if shown is not None:
            mail(reader, row, shown).send()
    row.settle()


def read(row: Mailing) -> Table | None:
    """None: its reader may not read it any more, has no address, or what they asked for is gone."""
    reader = row.teammate
    if not (reader.is_active and reader.email and row.report in REPORTS):
        return None
    since, until = row.period
    asked = row.asked | {"since": since.isoformat(), "until": until.isoformat()}
    try:
        return table(QuestionForm(asked, report=REPORTS[row.report], reader=reader))
    except MontyError:
        return None


def mail(reader: Teammate, row: Mailing, shown: Table) -> EmailMultiAlternatives:
    period = shown.question.period
    days = " – ".join(dict.fromkeys(date_format(day, "j M Y") for day in (period.since, period.until)))
    page = f"{settings.PUBLIC_URL}{reverse('report', args=[row.report])}?{shown.asked}"
    title = _("%(report)s, %(days)s") % {"report": shown.report.title, "days": days}
    context: dict[str, Any] = {"title": title, "table": shown, "page": page}
    made = letter(reader.email, title, "reports/mail", context)
    made.attach(f"{row.report}-{period.since}-{period.until}.csv", files.take(shown, by=reader), "text/csv")
    return made
