"""REST: answers to be sent later."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations import media
from conversations.api import bodies
from conversations.api.conversations import OfConversation
from conversations.api.serializers import MessageSerializer
from conversations.api.writing import SavedFileSerializer
from conversations.models import Conversation, Held, Scheduled
from conversations.sending import scheduling
from monty.parsers import BoundedJSONParser, BoundedMultiPartParser
from monty.rest import LARGEST_ID, CursorPages
from monty.schema import ProblemSerializer, problem_responses
from teams.rest import GenericRest


class ScheduledSerializer(serializers.ModelSerializer[Scheduled]):
    """`state`: `waiting`; `held`, with `because` and perhaps a `reason` in words; or `sent`, with its `message`."""

    attachments = SavedFileSerializer(source="files", many=True, read_only=True)
    because = serializers.CharField(
        read_only=True, help_text="customer, ended, cancelled or refused; empty: it is not held back."
    )

    class Meta:
        model = Scheduled
        fields = [
            "id",
            "conversation",
            "by",
            "text",
            "attachments",
            "reply_to",
            "send_at",
            "state",
            "because",
            "reason",
            "message",
        ]
        read_only_fields = fields


class Later(serializers.Serializer):
    """As for a message, and when it is to leave."""

    text = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    send_at = serializers.DateTimeField(help_text="Within the conversation's window.")
    reply_to = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=LARGEST_ID)
    client_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Your own id: asked for again, it stays one answer."
    )
    saved_reply = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=LARGEST_ID)


class LaterWithFiles(Later):
    """Files travel as multipart/form-data; in JSON there is no more than an empty list of them."""

    attachments = serializers.ListField(child=serializers.FileField(allow_empty_file=True), default=list, max_length=10)


class Reschedule(serializers.Serializer):
    send_at = serializers.DateTimeField()


# What the channel takes may have changed since it was written.
NOT_TAKEN = problem_responses(ProblemSerializer, 400, 413, 415)
REFUSALS = {**problem_responses(bodies.MessageVerbProblem, 409), **problem_responses(bodies.WindowProblem, 422)}


class LaterAnswers(OfConversation):
    """What is still to leave, or was held back, in the order in which it was written."""

    queryset = Scheduled.objects.all()
    serializer_class = ScheduledSerializer
    pagination_class = CursorPages
    parser_classes = [BoundedJSONParser, BoundedMultiPartParser]
    filter_backends = ()

    def get_queryset(self) -> Any:
        return self.conversation().scheduled.open().complete()

    @extend_schema(
        request={"application/json": Later, "multipart/form-data": LaterWithFiles},
        responses={
            (200, "application/json"): ScheduledSerializer,
            (201, "application/json"): ScheduledSerializer,
            **problem_responses(bodies.VerbProblem, 409),
            **problem_responses(bodies.WindowProblem, 422),
        },
    )
    def post(self, request: Request, conversation: str) -> Response:
        """Answer the customer later: 201, or 200 if there is one with this `client_id` already."""
        place, fields = self.conversation(), self.body(LaterWithFiles)
        files = tuple(media.checked(upload) for upload in fields.pop("attachments"))
        row, new = scheduling.schedule(place, **fields, files=files, by=self.teammate)
        return Response(ScheduledSerializer(row).data, status=201 if new else 200)


class ScheduledViewSet(GenericRest, ReadOnlyModelViewSet):
    """Answers to be sent later, in the conversations that you may see: also those that have been sent."""

    queryset = Scheduled.objects.all()
    serializer_class = ScheduledSerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        mine = Conversation.objects.visible_to(self.teammate)
        return Scheduled.objects.of_visible(mine).complete().select_related("conversation__channel")

    def press(self, verb: Callable[..., Any], **fields: Any) -> Response:
        row = self.get_object()
        verb(row.conversation, row, **fields, by=self.teammate)
        return Response(ScheduledSerializer(self.get_queryset().get(pk=row.pk)).data)

    @extend_schema(request=bodies.Nothing, responses={200: MessageSerializer, **REFUSALS, **NOT_TAKEN})
    @action(detail=True, methods=["post"])
    def send_now(self, request: Request, pk: str) -> Response:
        """Send it at once, as your own answer; answers with its message."""
        return Response(MessageSerializer(scheduling.send_now(self.get_object(), by=self.teammate)).data)

    @extend_schema(request=Reschedule, responses={200: ScheduledSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        """Another time, also for one that was held back."""
        return self.press(Conversation.reschedule, **self.body(Reschedule))

    @extend_schema(request=bodies.Nothing, responses=ScheduledSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It is not sent, and stays for somebody to decide about."""
        return self.press(lambda place, row, by: place.hold(Held.CANCELLED, by=by, only=row))

    @extend_schema(request=bodies.Nothing, responses={204: None, **problem_responses(bodies.MessageVerbProblem, 409)})
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Away with it, its text and its files."""
        row = self.get_object()
        row.conversation.unschedule(row, by=self.teammate)
        return Response(status=204)
