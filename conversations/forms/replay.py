"""What a supervisor asks of a replay, by whichever door: a team, a past period, and what would have been different."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.balancer.balance import FULL
from conversations.replay.figures import Comparison, compare
from conversations.replay.reading import Period, read
from conversations.replay.recording import Recording, Settings
from conversations.rules import QUIET_WEIGHT
from teams.models import Team, Teammate

USUAL = timedelta(days=7)
LONGEST = timedelta(days=31)
MOST_CAPACITY = 1_000


def moment_field(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


def capacity_field(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_CAPACITY, **more)


class PeopleField(forms.TypedMultipleChoiceField):
    """The ids of some of these teammates."""

    default_error_messages = {"invalid_choice": _("“%(value)s” is nobody who can be chosen here.")}

    def __init__(self, people: Iterable[Teammate], **kwargs: Any) -> None:
        choices = [(each.pk, each.name) for each in people]
        super().__init__(choices=choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class ReplayForm(forms.Form):
    """Of one team; `settings` is what the simulation takes."""

    start = moment_field(_("From"))
    until = moment_field(_("Until"))
    capacity = capacity_field(_("Capacity of everybody"), help_text=_("Empty: as it is."))
    weight = forms.FloatField(
        label=_("Weight of a quiet conversation"),
        min_value=0,
        max_value=1,
        step_size=0.01,
        help_text=_("0 to 1, of one that waits for an answer."),
    )

    def __init__(self, team: Team, data: Any = None) -> None:
        super().__init__(data, initial=defaults(), label_suffix="")
        self.members = list(Teammate.objects.in_team(team.pk).by_name())
        for each in self.members:
            field = capacity_field(each.name, widget=forms.NumberInput(attrs={"placeholder": each.capacity}))
            self.fields[capacity_of(each.pk)] = field
        others = Teammate.objects.at_work().exclude(memberships__team=team).by_name()
        self.fields["without"] = PeopleField(self.members, label=_("Left out"))
        self.fields["added"] = PeopleField(others, label=_("Added"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, until = cleaned.get("start"), cleaned.get("until")
        if start and until:
            self.demand_past(start, until)
        return cleaned

    def demand_past(self, start: datetime, until: datetime) -> None:
        if until > timezone.now():
            self.add_error("until", _t("This is in the future: only what has happened can be replayed."))
        if until <= start:
            self.add_error("until", _t("The period must end after it begins."))
        if until - start > LONGEST:
            facts = {"days": LONGEST.days}
            self.add_error("until", _t("At most %(days)s days: choose a shorter period.") % facts)

    @property
    def general(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in ("start", "until", "capacity", "weight"))

    @property
    def capacities(self) -> list[forms.BoundField]:
        return [self[capacity_of(each.pk)] for each in self.members]

    @property
    def people(self) -> list[forms.BoundField]:
        return [self[name] for name in ("without", "added") if len(self[name])]

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["start"], self.cleaned_data["until"])

    @property
    def added(self) -> list[int]:
        return self.cleaned_data["added"]

    @property
    def settings(self) -> Settings:
        own = {each.pk: self.cleaned_data[capacity_of(each.pk)] for each in self.members}
        return Settings(
            quiet_weight=round(self.cleaned_data["weight"] * FULL),
            capacity=self.cleaned_data["capacity"],
            capacities={number: capacity for number, capacity in own.items() if capacity is not None},
            left_out=frozenset(self.cleaned_data["without"]),
            added=frozenset(self.added),
        )


def capacity_of(teammate_id: int | str) -> str:
    return f"capacity-{teammate_id}"


def teams_of(person: Teammate) -> QuerySet[Team]:
    """Those whose work they may replay: whose rounds they may see."""
    teams = Team.objects.with_hours().order_by("name")
    return teams if person.oversees else teams.filter(memberships__teammate=person)


def replayed(team: Team, form: ReplayForm) -> tuple[Recording, Comparison]:
    """What a valid form asks for. Raises BadInput if there is too much in the period."""
    recording = read(team, form.period, form.added)
    return recording, compare(recording, today(), form.settings, timezone.localtime)


def today() -> Settings:
    """Everything as it is."""
    return Settings(quiet_weight=round(QUIET_WEIGHT() * FULL))


def defaults() -> dict[str, Any]:
    now = timezone.localtime().replace(second=0, microsecond=0)
    return {"start": now - USUAL, "until": now, "weight": QUIET_WEIGHT()}
