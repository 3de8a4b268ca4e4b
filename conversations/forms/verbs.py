"""What a person may do to a conversation from its page: each verb with the fields it takes."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.models import Template
from conversations import media, snoozing
from conversations.contacts import blocking, describing
from conversations.forms.common import Numbers, VerbForm, Written
from conversations.forms.scheduled import HoldBack, Reschedule, Schedule, SendNow, Unschedule
from conversations.macros import steps
from conversations.models import Conversation, Event, Label, Macro, Message, Priority
from conversations.sending import composer, picker
from monty.errors import BadInput, Overtaken
from teams.models import Team, Teammate

VALUE = "value-"


class Assign(VerbForm):
    teammate = forms.ModelChoiceField(Teammate.objects.at_work())
    team = forms.ModelChoiceField(Team.objects.all(), required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.assign_to(self.cleaned_data["teammate"], team=self.cleaned_data["team"], by=by)


class PickUp(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.pick_up(by=by)


class TakeOver(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.take_over(by=by)


class HandTo(VerbForm):
    team = forms.ModelChoiceField(Team.objects.all())

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.hand_to(self.cleaned_data["team"], by=by)


class Unassign(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.unassign(by=by)


class Close(VerbForm):
    """Perhaps with a reason and a private note, which stands before it or, if it may not be closed, not at all."""

    reason = forms.CharField(required=False, max_length=300)
    note = forms.CharField(required=False, strip=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> Event:
        with transaction.atomic():
            if self.cleaned_data["note"].strip():
                conversation.note(self.cleaned_data["note"], by=by)
            event: Event = conversation.close(reason=self.cleaned_data["reason"], by=by)
            return event


class Drop(VerbForm):
    reason = forms.CharField(required=False, max_length=300)

    def act(self, conversation: Conversation, *, by: Teammate) -> Event:
        event: Event = conversation.drop(self.cleaned_data["reason"], by=by)
        return event


class Undo(VerbForm):
    """What they closed or dropped a moment ago was a mistake."""

    event = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        event = conversation.events.undoable_by(by).filter(pk=self.cleaned_data["event"]).first()
        if event is None or conversation.undo(event, by=by) is None:
            raise Overtaken(
                _("This cannot be taken back any more: too much time has passed, or something else happened.")
            )


class Describe(VerbForm):
    """One field of the contact's card."""

    field = forms.CharField(max_length=40)
    value = forms.CharField(required=False, strip=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        describing.describe(conversation, {self.cleaned_data["field"]: self.cleaned_data["value"]}, by=by)


class Reopen(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.reopen(by=by)


class PutLabel(VerbForm):
    """One label, ticked or no longer ticked."""

    label = forms.ModelChoiceField(Label.objects.all())
    on = forms.BooleanField(required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        names = [self.cleaned_data["label"].name]
        conversation.label(**{"add" if self.cleaned_data["on"] else "remove": names}, by=by)


class Prioritize(VerbForm):
    priority = forms.TypedChoiceField(choices=Priority.by_name, coerce=Priority.named)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.prioritize(self.cleaned_data["priority"], by=by)


class Snooze(VerbForm):
    choice = forms.CharField(max_length=20)
    until = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        chosen = self.cleaned_data
        conversation.snooze(snoozing.moment(chosen["choice"], chosen["until"], timezone.now()), by=by)


class Wake(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.wake(by=by)


class Block(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        blocking.block(conversation, by=by)


class Unblock(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        blocking.unblock(conversation, by=by)


class Read(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.mark_read(by=by)


class FetchAgain(VerbForm):
    attachment = forms.UUIDField()

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.fetch_again(self.cleaned_data["attachment"], by=by)


class Note(Written):
    text = forms.CharField(strip=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        composer.note(conversation, self.cleaned_data["text"], by=by, client_id=self.cleaned_data["client_id"])
        self.end_draft(conversation, by=by, note="")


class Send(Written):
    """An answer, with files beside the text or instead of it: in this request (`file`), or waiting here (`uploads`)."""

    text = forms.CharField(required=False, strip=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    force = forms.BooleanField(required=False)
    saved_reply = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    uploads = Numbers(required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        uploads: Any = self.files
        files = tuple(media.checked(upload) for upload in (uploads.getlist("file") if uploads else []))
        fields = {name: value for name, value in self.cleaned_data.items() if name != "draft"}
        composer.send(conversation, by=by, files=files, **fields)
        self.end_draft(conversation, by=by, text="", saved_reply=None)


class RunMacro(VerbForm):
    macro = forms.ModelChoiceField(Macro.objects.all())
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    client_id = forms.UUIDField(required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        steps.run(conversation, by=by, **self.cleaned_data)


class OfMessage(VerbForm):
    """A verb about one message of the conversation."""

    message = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    def of(self, conversation: Conversation) -> Message:
        """Raises BadInput."""
        found: Message | None = conversation.messages.filter(pk=self.cleaned_data["message"]).first()
        if found is None:
            raise BadInput(_("There is no such message in this conversation."), field="message")
        return found


class Retry(OfMessage):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.retry(self.of(conversation), by=by)


class Confirm(OfMessage):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.confirm(self.of(conversation), by=by)


class Discard(OfMessage):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.discard(self.of(conversation), by=by)


class SendTemplate(VerbForm):
    """An approved template; the value of the variable `body.1` comes as the field `value-body.1`."""

    template = forms.ModelChoiceField(Template.objects.all())
    client_id = forms.UUIDField(required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        typed = {key.removeprefix(VALUE): value for key, value in self.data.items() if key.startswith(VALUE)}
        picker.send(conversation, values=typed, by=by, **self.cleaned_data)


FORMS: dict[str, type[VerbForm]] = {
    "assign": Assign,
    "pick_up": PickUp,
    "take_over": TakeOver,
    "hand_to": HandTo,
    "unassign": Unassign,
    "close": Close,
    "drop": Drop,
    "undo": Undo,
    "describe": Describe,
    "reopen": Reopen,
    "label": PutLabel,
    "prioritize": Prioritize,
    "snooze": Snooze,
    "wake": Wake,
    "block": Block,
    "unblock": Unblock,
    "read": Read,
    "fetch_again": FetchAgain,
    "macro": RunMacro,
    "note": Note,
    "send": Send,
    "schedule": Schedule,
    "reschedule": Reschedule,
    "hold": HoldBack,
    "unschedule": Unschedule,
    "send_now": SendNow,
    "retry": Retry,
    "confirm": Confirm,
    "discard": Discard,
    "template": SendTemplate,
}
