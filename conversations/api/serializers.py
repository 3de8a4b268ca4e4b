"""Conversations, messages, events and contacts as REST shows them."""

from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from conversations.api.details import DetailsSerializer
from conversations.balancer.balance import FULL
from conversations.details import known
from conversations.models import Attachment, Attribute, Contact, Conversation, Event, Label, Message
from conversations.models.attachment import KINDS
from conversations.models.attribute import LONGEST_OPTION, MOST_OPTIONS
from conversations.window import Policy, Reply
from teams.arranging import RowSerializer
from teams.models import Teammate
from teams.serializers import DotSerializer


class WindowSerializer(serializers.Serializer[Policy]):
    """Until when the customer's last message lets us answer and reopen, and what is possible now."""

    until = serializers.DateTimeField(allow_null=True, read_only=True)
    reply = serializers.ChoiceField(choices=[(each.value, each.value) for each in Reply], read_only=True)
    reopen = serializers.BooleanField(read_only=True)


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    contact = serializers.IntegerField(source="identity.contact_id", read_only=True)
    with_bot = serializers.BooleanField(read_only=True, help_text="A bot is answering, and nobody else has it.")
    window = WindowSerializer(source="policy", read_only=True)
    blocked = serializers.BooleanField(
        source="identity.is_blocked",
        read_only=True,
        help_text="What its customer writes on this channel makes no work.",
    )
    labels = serializers.SerializerMethodField()
    priority = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id",
            "state",
            "channel",
            "contact",
            "team",
            "assignee",
            "with_bot",
            "unread",
            "last_message_at",
            "window",
            "labels",
            "priority",
            "snoozed_at",
            "snoozed_until",
            "blocked",
        ]
        read_only_fields = fields

    def get_labels(self, conversation: Conversation) -> list[str]:
        """Names of its labels."""
        return [label.name for label in conversation.labels.all()]

    def get_priority(self, conversation: Conversation) -> Literal["low", "normal", "high", "urgent"]:
        return conversation.priority_name  # type: ignore[return-value]


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file. While its `state` is “waiting” or “failed” it is still at the provider, and has no `url`."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    kind = serializers.ChoiceField(choices=list(KINDS.items()), read_only=True)
    type = serializers.CharField(source="content_type", read_only=True)
    url = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField(help_text="A smaller picture, of a large one only.")

    class Meta:
        model = Attachment
        fields = ["id", "kind", "name", "type", "size", "width", "height", "state", "reason", "url", "thumbnail"]
        read_only_fields = fields

    def get_url(self, attachment: Attachment) -> str | None:
        return reverse("file", args=[attachment.uuid]) if attachment.is_here else None

    def get_thumbnail(self, attachment: Attachment) -> str | None:
        return reverse("thumbnail", args=[attachment.uuid]) if attachment.thumbnail else None


class MessageSerializer(serializers.ModelSerializer[Message]):
    attachments = AttachmentSerializer(many=True, read_only=True)
    details = serializers.SerializerMethodField()
    reaction = serializers.SerializerMethodField(help_text="The customer's sign on it; empty: none.")

    class Meta:
        model = Message
        fields = [
            "id",
            "from",
            "text",
            "attachments",
            "details",
            "at",
            "status",
            "reply_to",
            "author",
            "private",
            "error",
            "not_before",
            "reaction",
            "edited_at",
            "unsent_at",
            "elsewhere",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "from": {"source": "author_kind"},
            "unsent_at": {
                "help_text": "When it was taken back, or deleted before it was sent: text and files are gone."
            },
            "elsewhere": {"help_text": "Written to the customer with another program than Monty."},
        }

    @extend_schema_field(DetailsSerializer)
    def get_details(self, message: Message) -> dict[str, Any]:
        return known(message.details)

    def get_reaction(self, message: Message) -> str:
        return message.sign


class EventSerializer(serializers.ModelSerializer[Event]):
    """The live event, with who did it and what is known beside it."""

    team = serializers.IntegerField(source="team_id", allow_null=True, read_only=True)
    assignee = serializers.IntegerField(source="assignee_id", allow_null=True, read_only=True)

    class Meta:
        model = Event
        fields = ["id", "verb", "conversation", "state", "team", "assignee", "at", "actor", "message", "data"]
        read_only_fields = fields


class ContactSerializer(serializers.ModelSerializer[Contact]):
    # As it came, perhaps empty: nobody promises that it is an address.
    email = serializers.CharField(read_only=True)
    attributes = serializers.DictField(
        read_only=True,
        help_text="What is known of the supervisors' own attributes, by their keys.",
    )

    class Meta:
        model = Contact
        fields = [
            *("id", "name", "email", "phone", "language", "country", "notes"),
            *("attributes", "created_at"),
        ]
        read_only_fields = fields


class LinesField(serializers.ListField):
    """A text of lines, as a list of them."""

    child = serializers.CharField(max_length=LONGEST_OPTION)

    def to_internal_value(self, data: Any) -> Any:
        return "\n".join(super().to_internal_value(data))

    def to_representation(self, data: Any) -> list[str]:
        return list(dict.fromkeys(filter(None, (line.strip() for line in data.splitlines()))))


class AttributeSerializer(RowSerializer):
    """`options`: where it is one of several. `key` and `kind` stay for ever."""

    options = LinesField(required=False, max_length=MOST_OPTIONS)

    class Meta:
        model = Attribute
        fields = ["id", "key", "label", "kind", "options", "position"]

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        for name in {"key", "kind"} & fields.keys():
            if self.instance is not None and getattr(self.instance, name) != fields[name]:
                raise serializers.ValidationError({name: [_("This stays as it is.")]})
        return super().validate(fields)


class LabelSerializer(RowSerializer):
    """`team`: only its conversations may be given it; null: those of every team. `offered`: can still be chosen."""

    class Meta:
        model = Label
        fields = ["id", "name", "colour", "team", "offered"]


class TeammateSerializer(DotSerializer):
    """A colleague, with what they carry now, in conversations: one whose customer is quiet weighs less than 1."""

    load = serializers.SerializerMethodField()

    class Meta:
        model = Teammate
        fields = ["id", "username", "name", *DotSerializer.Meta.fields, "away_reason", "back_at", "capacity", "load"]
        read_only_fields = fields

    def get_load(self, teammate: Teammate) -> float:
        hundredths: int = getattr(teammate, "load")  # noqa: B009  (an annotation: `load_of_each`)
        return hundredths / FULL


class ChangeTeammate(RowSerializer):
    """An account; roles and presence change by their verbs. `is_active` false: they no longer work here."""

    class Meta:
        model = Teammate
        fields = ["first_name", "last_name", "email", "capacity", "is_active"]
