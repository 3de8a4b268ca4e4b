"""What a verb asks before it is pressed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.models import Label, Priority
from teams.models import Team, Teammate


class TeammateField(forms.ModelChoiceField):
    """Everybody at work, with their dot in words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Teammate.objects.at_work().by_name(), label=_("Teammate"), **kwargs)

    def label_from_instance(self, teammate: Teammate) -> str:
        return f"{'🟢' if teammate.is_ready else '🔴'} {teammate}"


class AssignForm(forms.Form):
    teammate = TeammateField()
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=_("Team"),
        required=False,
        empty_label=_("as it is"),
        help_text=_("Moves it into this team's inbox as well; the teammate must be in it."),
    )


class HandToForm(forms.Form):
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"))


class NamesField(forms.ModelMultipleChoiceField):
    """Labels; `clean` gives their names, as the verb takes them."""

    def clean(self, value: Any) -> Any:
        return [label.name for label in super().clean(value)]


class LabelForm(forms.Form):
    add = NamesField(Label.objects.filter(offered=True), label=_("Add"), required=False)
    remove = NamesField(Label.objects.all(), label=_("Remove"), required=False)


class OneLabelForm(forms.Form):
    """Of many conversations, as in the inbox: one label, put on or taken off."""

    label = forms.ModelChoiceField(Label.objects.all(), label=_("Label"))
    on = forms.TypedChoiceField(
        label=_("What becomes of it"),
        choices=[("1", _("Put it on")), ("", _("Take it off"))],
        coerce=bool,
        required=False,
    )


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.by_name, coerce=Priority.named, label=_("Priority"))


class SnoozeForm(forms.Form):
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: until the customer answers."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
