"""The form of a macro, for the admin and for one's own: one field for each step, in the order of the steps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from channels_app.border import storable
from conversations.macros.steps import ENDINGS, ME
from conversations.models import Label, Macro, Priority, SavedReply
from conversations.models.answered import NOTE_LIMIT
from conversations.variables import demand_known
from monty.errors import MontyError
from teams.models import Team, Teammate

Steps = list[dict[str, Any]]
TEAMMATE, TEAM = "teammate-", "team-"
SNOOZE = "snooze-"


def receivers() -> list[tuple[Any, Any]]:
    """To whom a macro may give a conversation."""
    teams = [(f"{TEAM}{team.pk}", team.name) for team in Team.objects.all()]
    people = [(f"{TEAMMATE}{each.pk}", each.name) for each in Teammate.objects.at_work().by_name()]
    return [("", _("Leave it with whom it is")), (ME, _("Me")), (_("Teams"), teams), (_("Teammates"), people)]


ENDS = [
    ("", _("Nothing more")),
    (f"{SNOOZE}hour", _("Snooze for an hour")),
    (f"{SNOOZE}tomorrow", _("Snooze until tomorrow 9:00")),
    (f"{SNOOZE}monday", _("Snooze until Monday 9:00")),
    (f"{SNOOZE}answer", _("Snooze until the customer answers")),
    ("close", _("Close")),
    ("drop", _("Drop")),
]


def ends() -> list[tuple[Any, Any]]:
    """With what upper floors add."""
    more = [(each.name(), [(f"{do}-{row.pk}", str(row)) for row in each.rows()]) for do, each in ENDINGS.items()]
    return [*ENDS, *((name, rows) for name, rows in more if rows)]


def priorities() -> list[tuple[str, Any]]:
    return [("", _("Leave it as it is")), *Priority.by_name()]


class MacroForm(forms.ModelForm):
    add = forms.ModelMultipleChoiceField(
        Label.objects.filter(offered=True),
        label=_("Put labels on it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remove = forms.ModelMultipleChoiceField(
        Label.objects.all(), label=_("Take labels off it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=priorities, required=False)
    saved_reply = forms.ModelChoiceField(
        SavedReply.objects.none(),
        label=_("Send a saved reply"),
        required=False,
        empty_label=_("Send nothing"),
        help_text=_("Its variables are filled in. Where nothing is known for one, the macro is refused."),
    )
    note = forms.CharField(
        label=_("Leave a note"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=_("Variables are filled in, @username calls a teammate."),
    )
    give_to = forms.ChoiceField(label=_("Give it to"), choices=receivers, required=False)
    end = forms.ChoiceField(label=_("In the end"), choices=ends, required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("For closing and dropping; it may stay empty.")
    )

    class Meta:
        model = Macro
        fields = ["name", "key", "team"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["saved_reply"].queryset = self.usable()  # type: ignore[attr-defined]
        for step in self.instance.steps:
            self.initial.update(as_fields(step))

    def usable(self) -> QuerySet[SavedReply]:
        """The replies that whoever may run it may use, too; of which team, `clean` sees."""
        owner = self.instance.owner
        rows = SavedReply.objects.visible_to(owner) if owner else SavedReply.objects.shared()
        return rows.order_by("title", "pk")

    def clean_note(self) -> str:
        text: str = self.cleaned_data["note"]
        if text != storable(text):
            raise ValidationError(_("There is a character in this that cannot be kept."))
        try:
            demand_known(text)
        except MontyError as error:
            raise ValidationError(error.detail) from error
        return text

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        reply = fields.get("saved_reply")
        if reply is not None and self.instance.owner_id is None and reply.team not in (None, fields.get("team")):
            self.add_error("saved_reply", _("This reply belongs to another team: not everybody here may use it."))
        clash = Q(owner=self.instance.owner, team=fields.get("team"), key=fields.get("key"))
        if fields.get("key") and Macro.objects.filter(clash).exclude(pk=self.instance.pk).exists():
            self.add_error("key", _("There is a macro with this key already."))
        self.instance.steps = steps(fields)
        if not self.instance.steps and not self.errors:
            raise ValidationError(_("Choose at least one thing that it does."))
        return fields


def steps(fields: dict[str, Any]) -> Steps:
    """What the fields ask for, in the order in which it is done."""
    chosen: Steps = []
    labels = {name: [each.pk for each in fields.get(name) or ()] for name in ("add", "remove")}
    if any(labels.values()):
        chosen.append({"do": "label"} | labels)
    if fields.get("priority"):
        chosen.append({"do": "prioritize", "priority": fields["priority"]})
    if fields.get("saved_reply"):
        chosen.append({"do": "send", "saved_reply": fields["saved_reply"].pk})
    if fields.get("note"):
        chosen.append({"do": "note", "text": fields["note"]})
    return [*chosen, *giving(fields.get("give_to", "")), *ending(fields.get("end", ""), fields.get("reason", ""))]


def giving(receiver: str) -> Steps:
    if receiver.startswith(TEAM):
        return [{"do": "hand_to", "team": int(receiver.removeprefix(TEAM))}]
    if receiver.startswith(TEAMMATE):
        return [{"do": "assign", "teammate": int(receiver.removeprefix(TEAMMATE))}]
    return [{"do": "assign", "teammate": ME}] if receiver == ME else []


def ending(end: str, reason: str) -> Steps:
    if end.startswith(SNOOZE):
        return [{"do": "snooze", "choice": end.removeprefix(SNOOZE)}]
    do, _dash, number = end.rpartition("-")
    if do in ENDINGS:
        return [{"do": do, "row": int(number)}]
    return [{"do": end, "reason": reason}] if end else []


def as_fields(step: dict[str, Any]) -> dict[str, Any]:
    """A step as the fields that ask for it."""
    facts = {name: value for name, value in step.items() if name != "do"}
    if step["do"] == "assign":
        return {"give_to": ME if step["teammate"] == ME else f"{TEAMMATE}{step['teammate']}"}
    if step["do"] == "hand_to":
        return {"give_to": f"{TEAM}{step['team']}"}
    if step["do"] == "snooze":
        return {"end": f"{SNOOZE}{step['choice']}"}
    if step["do"] in ENDINGS:
        return {"end": f"{step['do']}-{step['row']}"}
    if step["do"] in ("close", "drop"):
        return {"end": step["do"], "reason": step["reason"]}
    return {"note": step["text"]} if step["do"] == "note" else facts
