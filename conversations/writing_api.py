"""REST: what helps people write."""

from typing import Any

from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.models import SavedFile, SavedReply
from monty.rest import CursorPages, GenericRest


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
