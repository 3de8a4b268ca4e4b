"""The admin's form of a subscription: its rules are the model's own, in words beside the field they are about."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput
from teams.models import Team, Teammate
from webhooks import demands
from webhooks.models import Subscription
from webhooks.verbs import known


class SubscriptionForm(forms.ModelForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text=_("Where Monty posts to, by https."),
    )
    verbs = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=lambda: [(name, name) for name in known()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all, also those that later versions bring."),
    )

    class Meta:
        model = Subscription
        fields = ["name", "url", "all_teams", "teams", "verbs"]
        widgets = {"teams": forms.CheckboxSelectMultiple}

    def for_person(self, person: Teammate, teams: QuerySet[Team] | None) -> None:
        """`teams`: those within reach; None: all."""
        self.person = person
        if teams is not None:
            cast("forms.ModelMultipleChoiceField", self.fields["teams"]).queryset = teams
            self.fields.pop("all_teams", None)

    def clean_url(self) -> str:
        return str(checked(demands.url, self.cleaned_data["url"]))

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if "teams" in fields:
            self.chosen = None if fields.get("all_teams") else list(fields["teams"])
            try:
                demands.teams(self.chosen, by=self.person)
            except BadInput as refused:
                self.add_error("teams", str(refused))
        return fields

    def arranged(self) -> Subscription:
        """The subscription with what was typed, saved."""
        facts = {name: self.cleaned_data[name] for name in ("name", "url", "verbs")}
        if self.instance.pk is None:
            return Subscription.make(by=self.person, teams=self.chosen, **facts)
        self.instance.arrange(by=self.person, teams=self.chosen, **facts)
        return self.instance


def checked(demand: Any, value: Any) -> Any:
    try:
        demand(value)
    except BadInput as refused:
        raise ValidationError(str(refused)) from refused
    return value
