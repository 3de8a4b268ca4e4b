"""What a visitor's browser sends and gets."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from channels_app.models import Channel, Visitor
from conversations import files
from conversations.models import Attachment, Conversation, Message
from monty.errors import BadInput
from monty.rest import LARGEST_ID
from teams.models import Team, Teammate


def somebody_ready(team: Team | None) -> bool:
    """Whether anybody who would answer is active and connected; outside a team's hours nobody is."""
    ready = Teammate.objects.ready()
    if team is None:
        return ready.exists()
    return team.is_open(timezone.now()) and ready.in_team(team.pk).exists()


class IdentitySerializer(serializers.Serializer):
    user_id = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class SessionSerializer(serializers.Serializer):
    """Who the website says its visitor is, proved by `user_hash`; or nothing at all."""

    identity = IdentitySerializer(required=False)
    user_hash = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def visitor(self, channel: Channel) -> Visitor:
        """A new visitor, not stored yet. Raises BadInput if there is a proof and it is wrong.

        Without a proof, name and e-mail are only claims: they are kept here and lead to nobody's history.
        """
        identity: dict[str, Any] = self.validated_data.get("identity", {})
        proof = self.validated_data.get("user_hash", "")
        user_id = channel.webchat.verified_user(identity, proof) if proof else ""
        return Visitor(channel=channel, user_id=user_id, name=identity.get("name", ""), email=identity.get("email", ""))


class VisitorTokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    visitor = serializers.UUIDField()


class WrittenSerializer(serializers.Serializer):
    """A message as the visitor's browser sends it. `client_id` is its own: sent again, it is the same message."""

    client_id = serializers.UUIDField()
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    file = serializers.FileField(required=False, allow_empty_file=True)

    def validate(self, written: dict[str, Any]) -> dict[str, Any]:
        self.context["channel"].adapter.demand_length(written["text"])
        if not written["text"].strip() and "file" not in written:
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

    class Meta:
        model = Message
        fields = ["id", "client_id", "from", "name", "text", "attachments", "at", "status"]
        extra_kwargs = {"from": {"source": "author_kind"}}

    def get_client_id(self, message: Message) -> str | None:
        return message.external_id.rpartition("/")[2] if message.is_from_contact else None


class VisitorConversationSerializer(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name", default=None)
    assignee = serializers.CharField(source="assignee.first_name", default=None, help_text="Their first name.")
    online = serializers.SerializerMethodField(help_text="Whether somebody who would answer is there now.")
    unread = serializers.IntegerField(help_text="How many of the visitor's last messages nobody has seen.")

    class Meta:
        model = Conversation
        fields = ["state", "team", "assignee", "online", "unread"]

    def get_online(self, conversation: Conversation) -> bool:
        return somebody_ready(conversation.team)


class ThreadSerializer(serializers.Serializer):
    """A page of the thread, and where the talk stands (null until the visitor has written)."""

    messages = VisitorMessageSerializer(many=True)
    conversation = VisitorConversationSerializer(allow_null=True)
