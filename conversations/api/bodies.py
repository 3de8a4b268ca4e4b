"""What REST takes in the body of a verb or a message, and what refusals look like."""

from typing import Any

from rest_framework import serializers

from channels_app.models import Template
from conversations.api.serializers import MessageSerializer
from conversations.models import Macro, Priority, State
from conversations.models.label import LONGEST_NAME
from monty.rest import LARGEST_ID
from monty.schema import ProblemSerializer
from teams.models import Team, Teammate


class Nothing(serializers.Serializer):
    """A verb that needs no more than its name."""


class PutPicture(serializers.Serializer):
    """A picture travels as multipart/form-data; it is written anew."""

    file = serializers.FileField()


class Assign(serializers.Serializer):
    teammate = serializers.PrimaryKeyRelatedField(queryset=Teammate.objects.at_work())
    team = serializers.PrimaryKeyRelatedField(
        queryset=Team.objects.all(),
        required=False,
        allow_null=True,
        help_text="The team they are chosen in, if it is to become the conversation's.",
    )


class HandTo(serializers.Serializer):
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all())


class Reason(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class Labels(serializers.Serializer):
    labels = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME),
        max_length=100,
        help_text="Names of all the labels it is to have; of those it has not yet, each must be offered in its team.",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {"names": super().to_internal_value(data)["labels"]}


class SetPriority(serializers.Serializer):
    priority = serializers.ChoiceField(choices=["low", "normal", "high", "urgent"])

    def validate_priority(self, name: str) -> Priority:
        return Priority.named(name)


class Snooze(serializers.Serializer):
    until = serializers.DateTimeField(allow_null=True, help_text="Null: until the customer writes.")


class RunMacro(serializers.Serializer):
    macro = serializers.PrimaryKeyRelatedField(queryset=Macro.objects.all())
    seen = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=LARGEST_ID,
        help_text="The last message on screen: if it sends an answer and somebody wrote after it, nothing is done.",
    )
    client_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Your own id of the answer that it sends: sent again, it stays one."
    )


class FetchAgain(serializers.Serializer):
    attachment = serializers.UUIDField(help_text="One of the conversation's files whose state is “failed”.")


class Note(serializers.Serializer):
    text = serializers.CharField(trim_whitespace=False)


class Reply(serializers.Serializer):
    text = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    reply_to = serializers.IntegerField(
        default=None, allow_null=True, min_value=0, max_value=LARGEST_ID, help_text="The message this one answers."
    )
    seen = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=LARGEST_ID,
        help_text="The last message on screen: if somebody wrote after it, nothing is sent.",
    )
    force = serializers.BooleanField(default=False, help_text="Send it whoever wrote meanwhile.")
    client_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Your own id of the message: sent again, it stays one message."
    )
    saved_reply = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="The saved reply that the text was made from: its files go along, and its use is counted.",
    )


class ReplyWithFiles(Reply):
    """Files travel as multipart/form-data; in JSON there is no more than an empty list of them."""

    attachments = serializers.ListField(child=serializers.FileField(allow_empty_file=True), default=list, max_length=10)


class SendTemplate(serializers.Serializer):
    template = serializers.PrimaryKeyRelatedField(queryset=Template.objects.all())
    values = serializers.DictField(
        child=serializers.CharField(max_length=2000),
        default=dict,
        help_text='What is filled in, by the variables\' keys: {"body.1": "Nora"}.',
    )
    client_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Your own id of the message: sent again, it stays one message."
    )


class Transcript(serializers.Serializer):
    form = serializers.ChoiceField(choices=["pdf", "txt"])
    notes = serializers.BooleanField(default=False, help_text="With the team's private notes.")
    time_zone = serializers.CharField(
        default="", allow_blank=True, max_length=60, help_text="In which times are told, as Europe/Berlin."
    )


class VerbProblem(ProblemSerializer):
    """The state does not allow the verb."""

    verb = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    allowed = serializers.ListField(child=serializers.CharField())


class MessageVerbProblem(ProblemSerializer):
    """The message's status, or its conversation's state, does not allow the verb."""

    verb = serializers.CharField()
    state = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField())


class PickUpProblem(ProblemSerializer):
    """Somebody has it (`assignee`), or it has ended (`state`, `allowed`)."""

    assignee = serializers.IntegerField(required=False)
    verb = serializers.CharField(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)
    allowed = serializers.ListField(child=serializers.CharField(), required=False)


class ReplyProblem(PickUpProblem):
    """Somebody wrote meanwhile (`messages`) or was faster (`assignee`), or it has ended (`state`, `allowed`)."""

    messages = MessageSerializer(many=True, required=False)


class WindowProblem(ProblemSerializer):
    """The channel's window has passed."""

    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    possible = serializers.ListField(child=serializers.CharField())
