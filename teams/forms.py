"""What people type about presence, teams and working hours."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import NamedFields
from monty.forms import StrictForm
from teams import roles
from teams.hours import Span, overlapping
from teams.models import Opening, Teammate, Weekday
from teams.models.presence import LONGEST_REASON


class NextTimeField(forms.TimeField):
    """A time of day: the next moment at which the clock says so."""

    def clean(self, value: Any) -> datetime | None:
        wall = super().clean(value)
        if wall is None:
            return None
        now = timezone.localtime()
        today = datetime.combine(now.date(), wall, now.tzinfo)
        return today if today > now else datetime.combine(now.date() + timedelta(days=1), wall, now.tzinfo)


class PresenceForm(StrictForm):
    """One's own choice. `shortcut` is a reason that was pressed instead of typed."""

    availability = forms.CharField(required=False)
    shortcut = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    back_at = NextTimeField(required=False)

    def choice(self) -> dict[str, Any]:
        """What `presence.choose` takes; it also says what is wrong with it. Raises BadInput."""
        self.demand_valid()
        chosen = dict(self.cleaned_data)
        return chosen | {"reason": chosen.pop("shortcut") or chosen["reason"]}


class AwayForm(forms.Form):
    """Why somebody is set away, and until when."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Their colleagues see it. For example Lunch, Meeting, Training."),
    )
    back_at = forms.DateTimeField(
        label=_("Back at"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class OpeningFormSet(NamedFields):
    """The openings of one schedule: two of a day may not overlap."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        filled = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form.instance for form in filled if form not in self.deleted_forms]
        for day in Weekday:
            self.demand_apart(day, [row for row in kept if row.weekday == day])

    def demand_apart(self, day: Weekday, openings: list[Opening]) -> None:
        """Raises ValidationError."""
        pair = overlapping(row.span for row in openings)
        if pair:
            facts = {"day": day.label, "one": told(pair[0]), "other": told(pair[1])}
            raise forms.ValidationError(_t("%(day)s: %(one)s and %(other)s overlap.") % facts)


def told(span: Span) -> str:
    return "–".join(f"{wall:%H:%M}" for wall in span)


def role_choices(by: Teammate) -> list[tuple[str, str]]:
    """The roles that somebody may give, each with what it is for."""
    return [(name, f"{name} – {roles.PRESETS[name].tells}") for name in roles.to_give(by)]


class RoleForm(forms.Form):
    """Which role somebody gets. Whether it may be given, the verb asks."""

    role = forms.ChoiceField(label=_("Role"), choices=[(name, name) for name in roles.PRESETS])
    own_teams_only = forms.BooleanField(
        label=_("Own teams only"),
        required=False,
        help_text=_("Their role reaches no further than the teams they are in."),
    )
