"""REST: what helps people write."""

from typing import Any

from django.forms import model_to_dict
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from conversations.api.housed import HousedViewSet
from conversations.forms.saved_reply import SavedReplyForm
from conversations.models import Conversation, Mention, SavedFile, SavedReply
from conversations.models.saved_reply import LIMIT
from conversations.models.stored_file import MOST_FILES
from monty.parsers import BoundedJSONParser, BoundedMultiPartParser
from monty.rest import NewestFirst
from teams.models import Team
from teams.rest import GenericRest


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


class KeepReply(serializers.Serializer):
    """`shared`: everybody's, or with a `team` its own. Variables in the text stand in double braces."""

    shortcut = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=100)
    text = serializers.CharField(max_length=LIMIT, trim_whitespace=False)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), default=None, allow_null=True)
    shared = serializers.BooleanField(default=False)


class KeepReplyWithFiles(KeepReply):
    """Files travel as multipart/form-data, and are added to those that are there."""

    attachments = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), default=list, max_length=MOST_FILES
    )


WITH_FILES = {"application/json": KeepReply, "multipart/form-data": KeepReplyWithFiles}


@extend_schema_view(
    create=extend_schema(request=WITH_FILES, responses={201: SavedReplySerializer}),
    partial_update=extend_schema(request=WITH_FILES, responses=SavedReplySerializer),
)
class SavedReplyViewSet(HousedViewSet):
    """The saved replies you can use: everybody's, your teams', and your own."""

    queryset = SavedReply.objects.all()
    serializer_class = SavedReplySerializer
    takes = KeepReplyWithFiles
    called = {"add_files": "attachments"}
    parser_classes = [BoundedJSONParser, BoundedMultiPartParser]

    def get_queryset(self) -> Any:
        return SavedReply.objects.visible_to(self.teammate).complete()

    def form(self, row: SavedReply, fields: dict[str, Any]) -> SavedReplyForm:
        files = MultiValueDict({"add_files": fields.pop("attachments", [])})
        return SavedReplyForm(model_to_dict(row, SavedReplyForm.Meta.fields) | fields, files, instance=row)

    def keep(self, form: Any) -> None:
        form.save()
        form.keep_files()

    def put_away(self, row: SavedReply) -> None:
        SavedReply.objects.filter(pk=row.pk).discard()


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
