"""What the forms of all verbs have in common."""

from typing import Any
from uuid import UUID

from django import forms

from conversations.models import Conversation, Draft, Event
from monty.forms import StrictForm
from teams.models import Teammate


class VerbForm(StrictForm):
    """A verb without fields. `act` is called with valid ones only; it returns an event that can be taken back."""

    def act(self, conversation: Conversation, *, by: Teammate) -> Event | None:
        raise NotImplementedError


class Numbers(forms.Field):
    """Several UUIDs under one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        one = forms.UUIDField()
        return [one.clean(each) for each in value or []]


class Written(VerbForm):
    """What was written in the field. `draft`: the version of the draft that is over when this is taken."""

    client_id = forms.UUIDField(required=False)
    draft = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def end_draft(self, conversation: Conversation, *, by: Teammate, **emptied: Any) -> None:
        if version := self.cleaned_data["draft"]:
            Draft.objects.keep(conversation, by=by, version=version, **emptied)
