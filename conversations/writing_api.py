"""REST: what helps people write."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.bodies import Nothing
from conversations.models import Conversation, Mention, SavedFile, SavedReply
from monty.rest import CursorPages, GenericRest, NewestFirst


class SavedFileSerializer(serializers.ModelSerializer[SavedFile]):
    type = serializers.CharField(source="content_type", read_only=True)

    class Meta:
        model = SavedFile
        fields = ["name", "type", "size"]
        read_only_fields = fields


class SavedReplySerializer(serializers.ModelSerializer[SavedReply]):
    """The text with its variables as they are written. Neither `owner` nor `team`: it is everybody's."""

    attachments = SavedFileSerializer(source="files", many=True, read_only=True)

    class Meta:
        model = SavedReply
        fields = ["id", "shortcut", "title", "text", "owner", "team", "used", "attachments"]
        read_only_fields = fields


class SavedReplyViewSet(GenericRest, ReadOnlyModelViewSet):
    """The saved replies you can use: everybody's, your teams', and your own."""

    queryset = SavedReply.objects.all()
    serializer_class = SavedReplySerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        return SavedReply.objects.visible_to(self.teammate).complete()


class MentionSerializer(serializers.ModelSerializer[Mention]):
    """A note that calls you. `seen_at` is null until you have looked."""

    by = serializers.IntegerField(source="message.author_id", allow_null=True, read_only=True)
    text = serializers.CharField(source="message.text", read_only=True)

    class Meta:
        model = Mention
        fields = ["id", "conversation", "message", "by", "text", "at", "seen_at"]
        read_only_fields = fields


class MentionViewSet(GenericRest, ReadOnlyModelViewSet):
    """Where colleagues mention you in a note, in conversations that you see."""

    queryset = Mention.objects.all()
    serializer_class = MentionSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> Any:
        mine = Conversation.objects.visible_to(self.teammate)
        return Mention.objects.of(self.teammate).in_conversations(mine).select_related("message")

    @extend_schema(request=Nothing, responses=MentionSerializer)
    @action(detail=True, methods=["post"])
    def see(self, request: Request, pk: str) -> Response:
        """You have looked at it."""
        mention = self.get_object()
        Mention.objects.filter(pk=mention.pk).see(by=self.teammate)
        mention.refresh_from_db()
        return Response(MentionSerializer(mention).data)
