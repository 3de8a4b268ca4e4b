"""A question as it stands in an address: the same names on the page, for CSV, in REST and in what is mailed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations.inbox.filters import DAYS
from conversations.models import Label
from conversations.models.fact import NOBODY
from conversations.reports.access import teams_of
from conversations.reports.base import FILTERS, Report
from conversations.reports.periods import Period, today
from conversations.reports.question import By, Question
from monty.errors import BadInput
from monty.forms import StrictForm
from monty.rest import LARGEST_ID
from teams.models import Team, Teammate

FEW_DAYS = 28
# A table of more days than these tells nobody anything.
MOST_DAYS = 93
LONGEST = 3660
NOBODYS = "none"


class DayField(forms.DateField):
    def __init__(self, **told: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, validators=DAYS, input_formats=["%Y-%m-%d"], widget=widget, **told)


class Teams(ModelChoiceIterator):
    """And, for whoever may read of all, of what is in no team's inbox."""

    field: "TeamField"

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        if self.field.nobodys:
            yield NOBODYS, _("No team")


class TeamField(forms.ModelChoiceField):
    iterator = Teams
    nobodys = False

    def to_python(self, value: Any) -> Any:
        return Team(pk=NOBODY) if value == NOBODYS and self.nobodys else super().to_python(value)


class QuestionForm(StrictForm):
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    by = forms.ChoiceField(label=_("By"), required=False, choices=By.choices)
    team = TeamField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All"))
    channel = forms.ModelChoiceField(Channel.objects.all(), label=_("Channel"), required=False, empty_label=_("All"))
    # Anybody may have done something in one's teams.
    teammate = forms.ModelChoiceField(
        Teammate.objects.by_name(), label=_("Teammate"), required=False, empty_label=_("All")
    )
    label = forms.ModelChoiceField(Label.objects.all(), label=_("Label"), required=False, empty_label=_("All"))
    hour = forms.IntegerField(label=_("Hour"), required=False, min_value=0, max_value=23)
    kind = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    hours = forms.ChoiceField(
        label=_("Time counts"),
        required=False,
        choices=[("", _("always")), ("open", _("at work"))],
    )
    draw = forms.ChoiceField(label=_("Chart"), required=False)

    def __init__(self, asked: Any, *, report: Report, reader: Teammate) -> None:
        super().__init__(asked)
        self.report = report
        self.own = teams_of(reader)
        team = cast("TeamField", self.fields["team"])
        team.nobodys, team.queryset = self.own is None, readable(self.own)
        offered = {*report.filters, *(each.value for each in report.by)}
        for name in {*FILTERS, "kind"} - offered:
            del self.fields[name]
        self.fields["by"].choices = [(each.value, each.label) for each in report.by]  # type: ignore[attr-defined]
        self.fields["draw"].choices = [(each.key, each.title) for each in report.figures]  # type: ignore[attr-defined]

    @property
    def question(self) -> Question:
        """Raises BadInput."""
        self.demand_valid()
        asked = self.cleaned_data
        period = self.period(asked["since"], asked["until"])
        team = asked.get("team")
        return Question(
            period=period,
            teams=(team.pk,) if team else self.own,
            **{name: row.pk for name in ("channel", "teammate", "label") if (row := asked.get(name))},
            hour=asked.get("hour"),
            kind=asked.get("kind"),
            by=self.row(asked["by"], period),
            open_hours=asked.get("hours") == "open",
        )

    def period(self, since: date | None, until: date | None) -> Period:
        until = until or today()
        since = since or until - timedelta(days=FEW_DAYS - 1)
        if since > until:
            raise BadInput(_t("The period must begin before it ends."), field="since")
        if (until - since).days >= LONGEST:
            raise BadInput(_t("At most ten years at once."), field="since")
        return Period(since, until)

    def row(self, by: str, period: Period) -> By:
        if not by:
            short = self.report.by[0] != By.DAY or period.days <= MOST_DAYS
            return self.report.by[0] if short else By.MONTH
        if by == By.DAY and period.days > MOST_DAYS:
            raise BadInput(_t("At most %(days)s days, day by day.") % {"days": MOST_DAYS}, field="by")
        if by == By.LABEL and self.cleaned_data.get("label"):
            raise BadInput(_t("This is about one label already."), field="by")
        return By(by)


def readable(own: tuple[int, ...] | None) -> QuerySet[Team]:
    return Team.objects.all() if own is None else Team.objects.filter(pk__in=own)


def as_query(question: Question, own: tuple[int, ...] | None = None) -> QueryDict:
    """The question as it stands in an address. `own`: all teams of the reader, who need not be named."""
    query = QueryDict(mutable=True)
    query["since"], query["until"] = question.period.since.isoformat(), question.period.until.isoformat()
    if question.teams is not None and question.teams != own:
        query["team"] = str(question.teams[0] or NOBODYS)
    for name in ("channel", "teammate", "label", "hour", "kind"):
        if getattr(question, name) is not None:
            query[name] = str(getattr(question, name))
    if question.by:
        query["by"] = question.by.value
    if question.open_hours:
        query["hours"] = "open"
    return query
