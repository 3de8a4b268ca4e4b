"""Answers to be sent later, as their writers' pages send them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import media, snoozing
from conversations.forms.common import Numbers, VerbForm, Written
from conversations.models import Conversation, Held, Scheduled
from conversations.sending import scheduling
from monty.errors import BadInput
from teams.models import Teammate

# What is chosen with a single press; the rest of `snoozing.presets` does not make sense here.
PRESETS = ("hour", "tomorrow", "monday")


class AtATime(VerbForm):
    """One of the presets, or a time of one's own."""

    choice = forms.CharField(max_length=20)
    until = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    @property
    def send_at(self) -> datetime:
        """Raises BadInput."""
        chosen = self.cleaned_data
        moment = snoozing.moment(chosen["choice"], chosen["until"], timezone.now())
        if moment is None:
            raise BadInput(_("Choose when to send it."), field="choice")
        return moment


class Schedule(Written, AtATime):
    """What was written in the field, with files as for `Send`."""

    text = forms.CharField(required=False, strip=False)
    saved_reply = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    uploads = Numbers(required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        uploads: Any = self.files
        files = tuple(media.checked(upload) for upload in (uploads.getlist("file") if uploads else []))
        fields = {name: self.cleaned_data[name] for name in ("text", "client_id", "saved_reply", "reply_to", "uploads")}
        scheduling.schedule(conversation, send_at=self.send_at, files=files, by=by, **fields)
        self.end_draft(conversation, by=by, text="", saved_reply=None)


class OfScheduled(VerbForm):
    """A decision about one of them."""

    scheduled = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    def of(self, conversation: Conversation) -> Scheduled:
        """Raises BadInput."""
        number = self.cleaned_data["scheduled"]
        found = Scheduled.objects.filter(pk=number, conversation=conversation).first()
        if found is None:
            raise BadInput(_("This message has been sent or discarded already."), field="scheduled")
        return found


class Reschedule(OfScheduled, AtATime):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.reschedule(self.of(conversation), self.send_at, by=by)


class HoldBack(OfScheduled):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.hold(Held.CANCELLED, by=by, only=self.of(conversation))


class Unschedule(OfScheduled):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.unschedule(self.of(conversation), by=by)


class SendNow(OfScheduled):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        scheduling.send_now(self.of(conversation), by=by)
