"""REST: conversations with their verbs, messages and events; colleagues and how much they carry."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from conversations import media
from conversations.api import bodies
from conversations.api.key_pages import KeyPages
from conversations.api.serializers import (
    ConversationSerializer,
    EventSerializer,
    MessageSerializer,
)
from conversations.contacts import blocking
from conversations.inbox.filters import ConversationFilter, EventFilter
from conversations.macros import steps
from conversations.models import Conversation, Event, Message
from conversations.sending import composer, picker
from conversations.transcripts import document
from monty import correlation
from monty.errors import SomebodyWrote
from monty.parsers import BoundedJSONParser, BoundedMultiPartParser
from monty.rest import CursorPages, NewestFirst
from monty.schema import ProblemSerializer, problem_responses
from teams.rest import GenericRest


def verb(
    name: str, press: Callable[..., Any], body: type[Serializer], *, refusals: dict[Any, Any] | None = None
) -> Any:
    """The POST address of a verb; `press` gets the conversation and the body's fields."""

    def run(view: "ConversationViewSet", request: Request, pk: str) -> Response:
        conversation = view.get_object()
        press(conversation, by=view.teammate, **view.body(body))
        return Response(ConversationSerializer(conversation).data)

    run.__name__ = name
    run.__doc__ = (press.__doc__ or "").partition("\n")[0]
    answers = {200: ConversationSerializer, **problem_responses(bodies.VerbProblem, 409), **(refusals or {})}
    return extend_schema(request=body, responses=answers)(action(detail=True, methods=["post"])(run))


CONFIRMED: dict[Any, Any] = {200: MessageSerializer, **problem_responses(bodies.MessageVerbProblem, 409)}
RETRIED: dict[Any, Any] = {**CONFIRMED, **problem_responses(bodies.WindowProblem, 422)}


class ConversationViewSet(GenericRest, ReadOnlyModelViewSet):
    """The conversations you may see, and what can be done with one."""

    queryset = Conversation.objects.for_rest()
    serializer_class = ConversationSerializer
    pagination_class = KeyPages
    filterset_class = ConversationFilter

    def get_queryset(self) -> Any:
        return Conversation.objects.visible_to(self.teammate).for_rest()

    assign = verb("assign", Conversation.assign_to, bodies.Assign)
    pick_up = verb(
        "pick_up", Conversation.pick_up, bodies.Nothing, refusals=problem_responses(bodies.PickUpProblem, 409)
    )
    take_over = verb("take_over", Conversation.take_over, bodies.Nothing)
    hand_to = verb("hand_to", Conversation.hand_to, bodies.HandTo)
    unassign = verb("unassign", Conversation.unassign, bodies.Nothing)
    close = verb("close", Conversation.close, bodies.Reason)
    drop = verb("drop", Conversation.drop, bodies.Reason)
    reopen = verb("reopen", Conversation.reopen, bodies.Nothing, refusals=problem_responses(bodies.WindowProblem, 422))
    labels = verb("labels", Conversation.label, bodies.Labels)
    priority = verb("priority", Conversation.prioritize, bodies.SetPriority)
    snooze = verb("snooze", Conversation.snooze, bodies.Snooze)
    wake = verb("wake", Conversation.wake, bodies.Nothing)
    block = verb("block", blocking.block, bodies.Nothing)
    unblock = verb("unblock", blocking.unblock, bodies.Nothing)
    macro = verb("macro", steps.run, bodies.RunMacro, refusals=problem_responses(bodies.WindowProblem, 422))
    note = verb("note", Conversation.note, bodies.Note)
    fetch_again = verb("fetch_again", Conversation.fetch_again, bodies.FetchAgain)

    @extend_schema(
        request=bodies.SendTemplate,
        responses={
            (200, "application/json"): MessageSerializer,
            (201, "application/json"): MessageSerializer,
            **problem_responses(bodies.PickUpProblem, 409),
            **problem_responses(bodies.WindowProblem, 422),
        },
    )
    @action(detail=True, methods=["post"])
    def template(self, request: Request, pk: str) -> Response:
        """Send an approved template: 201, or 200 if a message with this `client_id` is there already."""
        message, new = picker.send(self.get_object(), by=self.teammate, **self.body(bodies.SendTemplate))
        return Response(MessageSerializer(message).data, status=201 if new else 200)

    @extend_schema(
        request=bodies.Transcript,
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/plain"): OpenApiTypes.STR,
            **problem_responses(ProblemSerializer, 400),
        },
    )
    @action(detail=True, methods=["post"])
    def transcript(self, request: Request, pk: str) -> FileResponse:
        """The conversation as a file. That somebody took it is told in its timeline."""
        return document.answer(self.get_object(), by=self.teammate, **self.body(bodies.Transcript))


class OfConversation(GenericRest, ListAPIView):
    """Something of one conversation, which is not there for whoever may not see it."""

    def conversation(self) -> Conversation:
        mine = Conversation.objects.visible_to(self.teammate)
        row: Conversation = get_object_or_404(mine, pk=self.kwargs["conversation"])
        correlation.about(row.pk)
        return row


class LatestWritten(CursorPages):
    ordering = ("-at", "-pk")


class Messages(OfConversation):
    """What was said, newest first by the time it was written, with the team's private notes."""

    queryset = Message.objects.all()
    serializer_class = MessageSerializer
    pagination_class = LatestWritten
    parser_classes = [BoundedJSONParser, BoundedMultiPartParser]
    filter_backends = ()

    def get_queryset(self) -> Any:
        return self.conversation().messages.for_rest()

    @extend_schema(
        request={"application/json": bodies.Reply, "multipart/form-data": bodies.ReplyWithFiles},
        responses={
            (200, "application/json"): MessageSerializer,
            (201, "application/json"): MessageSerializer,
            **problem_responses(bodies.ReplyProblem, 409),
            **problem_responses(bodies.WindowProblem, 422),
        },
    )
    def post(self, request: Request, conversation: str) -> Response:
        """Answer the customer: 201, or 200 if a message with this `client_id` is there already."""
        place, fields = self.conversation(), self.body(bodies.ReplyWithFiles)
        files = tuple(media.checked(upload) for upload in fields.pop("attachments"))
        try:
            message, new = composer.send(place, **fields, files=files, by=self.teammate)
        except SomebodyWrote as error:
            # Whoever has seen nothing of a long talk gets its latest page.
            latest = error.facts["messages"][-NewestFirst.page_size :]
            rows = place.messages.for_rest().order_by("pk").in_bulk(latest)
            error.facts["messages"] = MessageSerializer(list(rows.values()), many=True).data
            raise
        return Response(MessageSerializer(message).data, status=201 if new else 200)


class MessageViewSet(GenericRest, GenericViewSet):
    """What a person decides about a message that was not sent, or perhaps not."""

    queryset = Message.objects.select_related("conversation")
    serializer_class = MessageSerializer

    def get_queryset(self) -> Any:
        mine = Conversation.objects.visible_to(self.teammate)
        return super().get_queryset().filter(conversation__in=mine, private=False)

    def press(self, verb: Callable[..., Any]) -> Response:
        message = self.get_object()
        verb(message.conversation, message, by=self.teammate)
        message.refresh_from_db()
        return Response(MessageSerializer(message).data)

    @extend_schema(request=bodies.Nothing, responses=RETRIED)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try once more to send a failed message, or one of which nobody knows: that one may then arrive twice."""
        return self.press(Conversation.retry)

    @extend_schema(request=bodies.Nothing, responses=CONFIRMED)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """A message of which nobody knows did arrive."""
        return self.press(Conversation.confirm)

    @extend_schema(request=bodies.Nothing, responses=CONFIRMED)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Delete a message that was not sent: its text and files go."""
        return self.press(Conversation.discard)


class Events(OfConversation):
    """What happened, oldest first: the timeline, and what a live connection may have missed."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    pagination_class = CursorPages
    filterset_class = EventFilter

    def get_queryset(self) -> Any:
        return self.conversation().events.all()
