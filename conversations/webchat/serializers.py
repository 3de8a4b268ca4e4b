"""What a visitor's browser sends and gets."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from channels_app.border import storable
from channels_app.models import Channel, Visitor
from conversations import details, files
from conversations.inbox.message_cards import Card
from conversations.models import Attachment, Conversation, Message
from conversations.webchat.hours import There
from monty.errors import BadInput
from monty.rest import LARGEST_ID


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the talk stands, and whether anybody is there to go on with it."""

    conversation: Conversation
    there: There


class IdentitySerializer(serializers.Serializer):
    user_id = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class SessionSerializer(serializers.Serializer):
    """Who the website says its visitor is, proved by `user_hash` or `jwt`; or nothing at all."""

    identity = IdentitySerializer(required=False)
    user_hash = serializers.CharField(max_length=200, required=False, allow_blank=True)
    jwt = serializers.CharField(max_length=4000, required=False, allow_blank=True, help_text="HS256; sub, exp.")

    def visitor(self, channel: Channel) -> Visitor:
        """A new visitor, not stored yet. Raises BadInput if there is a proof and it is wrong, PermissionDenied if
        there is none where one is needed.

        Without a proof, name and e-mail are only claims: they are kept here and lead to nobody's history.
        """
        identity: dict[str, Any] = self.validated_data.get("identity", {})
        proofs = {name: self.validated_data[name] for name in ("user_hash", "jwt") if self.validated_data.get(name)}
        if proofs:
            return Visitor(channel=channel, **asdict(channel.webchat.proved(identity, **proofs)))
        if channel.webchat.is_for_proved_users:
            raise PermissionDenied(_("This chat is only for users of the website. Please log in there first."))
        return Visitor(channel=channel, name=identity.get("name", ""), email=identity.get("email", ""))


class VisitorTokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    visitor = serializers.UUIDField()


class PressedSerializer(serializers.Serializer):
    message = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="The one that offered the answer.")
    payload = serializers.CharField(allow_blank=True, max_length=1000)


class FormField(serializers.JSONField):
    """An object of plain values; as JSON text where files travel beside it."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = super().to_internal_value(data)
        if not isinstance(given, dict) or any(isinstance(value, dict | list) for value in given.values()):
            raise serializers.ValidationError(_("This is no filled-in form."))
        return {name: storable(value) if isinstance(value, str) else value for name, value in given.items()}


class WrittenSerializer(serializers.Serializer):
    """A message as the visitor's browser sends it. `client_id` is its own: sent again, it is the same message.

    Text, a file, or the quick reply that was pressed; beside it the answers to what the channel asks its visitors.
    """

    client_id = serializers.UUIDField()
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    file = serializers.FileField(required=False, allow_empty_file=True)
    form = FormField(required=False)
    button = PressedSerializer(required=False)

    def validate(self, written: dict[str, Any]) -> dict[str, Any]:
        self.context["channel"].adapter.demand_length(written["text"])
        if not written["text"].strip() and "file" not in written and "button" not in written:
            raise BadInput(_("Write something first."), field="text")
        return written


class ReceiptSerializer(serializers.Serializer):
    """The last message that reached the visitor's browser, or that they have seen."""

    delivered = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    read = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)


class PageSerializer(serializers.Serializer):
    after = serializers.IntegerField(min_value=0, max_value=LARGEST_ID, default=0)


class VisitorAttachmentSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField()
    is_image = serializers.BooleanField()

    class Meta:
        model = Attachment
        fields = ["name", "content_type", "size", "width", "height", "is_image", "url"]

    def get_url(self, attachment: Attachment) -> str:
        """Good for an hour."""
        return files.visitor_address(self.context["channel"], attachment)


class VisitorMessageSerializer(serializers.ModelSerializer):
    attachments = VisitorAttachmentSerializer(many=True)
    name = serializers.CharField(source="author.first_name", default="", help_text="The teammate's first name.")
    client_id = serializers.SerializerMethodField(help_text="The browser's own id of a message it sent.")
    quick_replies = serializers.SerializerMethodField(help_text="Answers that we offer, as buttons.")
    card = serializers.SerializerMethodField(
        help_text="What stands under it (an order), as it is now: `kind` and `id`, and what that kind of card tells."
    )

    class Meta:
        model = Message
        fields = ["id", "client_id", "from", "name", "text", "attachments", "quick_replies", "card", "at", "status"]
        extra_kwargs = {"from": {"source": "author_kind"}}

    def get_client_id(self, message: Message) -> str | None:
        return message.external_id.rpartition("/")[2] if message.is_from_contact else None

    def get_quick_replies(self, message: Message) -> list[dict[str, str]]:
        offered: list[dict[str, str]] = details.known(message.details).get("quick_replies", [])
        return offered

    def get_card(self, message: Message) -> dict[str, Any] | None:
        """From the context: all of a page's cards are read at once."""
        card: Card | None = self.context.get("cards", {}).get(message.pk)
        return card.facts if card else None


class VisitorConversationSerializer(serializers.Serializer):
    state = serializers.CharField(source="conversation.state")
    team = serializers.CharField(source="conversation.team.name", default=None)
    assignee = serializers.CharField(source="conversation.assignee.first_name", default=None, help_text="First name.")
    unread = serializers.IntegerField(
        source="conversation.unread", help_text="How many of the visitor's last messages nobody has seen."
    )
    online = serializers.BooleanField(source="there.online", help_text="Somebody who would answer is there now.")
    open = serializers.BooleanField(source="there.open", help_text="It is within the team's hours.")
    back_at = serializers.DateTimeField(source="there.back_at", help_text="When it opens next, while it is closed.")


class ThreadSerializer(serializers.Serializer):
    """A page of the thread, and where the talk stands (null until the visitor has written)."""

    messages = VisitorMessageSerializer(many=True)
    conversation = VisitorConversationSerializer(allow_null=True)
    transcript_to = serializers.CharField(
        allow_null=True, help_text="The visitor's proved address, to which a copy of the talk may go."
    )
