"""What a person may do to a conversation from its page: each verb with the fields it takes."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.models import Template
from conversations import blocking, composer, media, picker, snoozing
from conversations.models import Conversation, Draft, Label, Message, Priority
from monty.errors import BadInput
from monty.forms import StrictForm
from teams.models import Team, Teammate

VALUE = "value-"


class VerbForm(StrictForm):
    """A verb without fields. `act` is called with valid ones only."""

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        raise NotImplementedError


class Assign(VerbForm):
    teammate = forms.ModelChoiceField(Teammate.objects.at_work())
    team = forms.ModelChoiceField(Team.objects.all(), required=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.assign_to(self.cleaned_data["teammate"], team=self.cleaned_data["team"], by=by)


class PickUp(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.pick_up(by=by)


class HandTo(VerbForm):
    team = forms.ModelChoiceField(Team.objects.all())

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.hand_to(self.cleaned_data["team"], by=by)


class Unassign(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.unassign(by=by)


class Close(VerbForm):
    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.close(by=by)


class Drop(VerbForm):
    reason = forms.CharField(required=False, max_length=300)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        conversation.drop(self.cleaned_data["reason"], by=by)


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


class Written(VerbForm):
    """What was written in the field. `draft`: the version of the draft that is over when this is taken."""

    client_id = forms.UUIDField(required=False)
    draft = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def end_draft(self, conversation: Conversation, *, by: Teammate, **emptied: Any) -> None:
        if version := self.cleaned_data["draft"]:
            Draft.objects.keep(conversation, by=by, version=version, **emptied)


class Note(Written):
    text = forms.CharField(strip=False)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        composer.note(conversation, self.cleaned_data["text"], by=by, client_id=self.cleaned_data["client_id"])
        self.end_draft(conversation, by=by, note="")


class Send(Written):
    """An answer, with files beside the text or instead of it."""

    text = forms.CharField(required=False, strip=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    force = forms.BooleanField(required=False)
    saved_reply = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def act(self, conversation: Conversation, *, by: Teammate) -> None:
        uploads: Any = self.files
        files = tuple(media.checked(upload) for upload in (uploads.getlist("file") if uploads else []))
        fields = {name: value for name, value in self.cleaned_data.items() if name != "draft"}
        composer.send(conversation, by=by, files=files, **fields)
        self.end_draft(conversation, by=by, text="", saved_reply=None)


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
    "hand_to": HandTo,
    "unassign": Unassign,
    "close": Close,
    "drop": Drop,
    "reopen": Reopen,
    "label": PutLabel,
    "prioritize": Prioritize,
    "snooze": Snooze,
    "wake": Wake,
    "block": Block,
    "unblock": Unblock,
    "read": Read,
    "fetch_again": FetchAgain,
    "note": Note,
    "send": Send,
    "retry": Retry,
    "confirm": Confirm,
    "template": SendTemplate,
}
