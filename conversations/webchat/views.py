"""The webchat's door for visitors: a session, the thread, a message, a receipt. Everything else is only a hint.

A visitor sees what was said with them on this channel and nothing more; who they are comes from their token alone.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from channels_app import border
from channels_app.models import Visitor, hashed, new_token
from conversations import followups, tasks
from conversations.inbox import message_cards
from conversations.incoming import hints, intake
from conversations.models import Conversation, Identity, Message, Status
from conversations.webchat.door import Door, PerAddress, PerChannel, PerMailbox, PerReader, PerVisitor, token_of
from conversations.webchat.hours import there
from conversations.webchat.serializers import (
    PageSerializer,
    ReceiptSerializer,
    SessionSerializer,
    Standing,
    ThreadSerializer,
    VisitorMessageSerializer,
    VisitorTokenSerializer,
    WrittenSerializer,
)
from conversations.webchat.writing import inbound

PAGE = 100


class Sessions(Door):
    authentication_classes = []
    permission_classes = []
    throttle_classes = [PerAddress, PerChannel]

    @extend_schema(request=SessionSerializer, responses={201: VisitorTokenSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Begin a session. The token is shown this once; Monty keeps only its SHA-256.

        It takes the place of the one that is sent along: from now on that is worth nothing.
        """
        asked = SessionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        visitor, token = asked.visitor(self.channel), new_token()
        visitor.token_hash = hashed(token)
        with transaction.atomic():
            visitor.save()
            Visitor.objects.revoke(token_of(request), self.channel)
        return Response({"token": token, "visitor": visitor.uuid}, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, **kwargs: Any) -> Response:
        """End the session whose token is sent: whoever has kept a copy can do nothing with it."""
        Visitor.objects.revoke(token_of(request), self.channel)
        return Response(status=204)


class Messages(Door):
    def get_throttles(self) -> list[BaseThrottle]:
        return [PerReader()] if self.request.method == "GET" else [PerVisitor(), PerChannel()]

    @extend_schema(parameters=[PageSerializer], responses=ThreadSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """What was said after a message, oldest first, at most 100; ask again until nothing comes."""
        page = PageSerializer(data=request.query_params)
        page.is_valid(raise_exception=True)
        identity = Identity.objects.of_visitor(self.visitor)
        thread = {"messages": [], "conversation": None} if identity is None else read(identity, **page.validated_data)
        thread["transcript_to"] = self.visitor.email if self.visitor.email_verified else None
        context = {"channel": self.channel, "cards": message_cards.cards(thread["messages"])}
        return Response(ThreadSerializer(thread, context=context).data)

    @extend_schema(request=WrittenSerializer, responses={200: VisitorMessageSerializer, 201: VisitorMessageSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Write. The same `client_id` again answers 200 with the same message."""
        context = {"channel": self.channel}
        written = WrittenSerializer(data=request.data, context=context)
        written.is_valid(raise_exception=True)
        message, new = intake.receive(self.channel, inbound(self.visitor, **written.validated_data))
        return Response(VisitorMessageSerializer(message, context=context).data, status=201 if new else 200)


class Receipts(Door):
    throttle_classes = [PerReader]

    @extend_schema(request=ReceiptSerializer, responses={204: None})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Our messages up to this one reached the visitor's browser, or were seen there."""
        receipt = ReceiptSerializer(data=request.data)
        receipt.is_valid(raise_exception=True)
        identity = Identity.objects.of_visitor(self.visitor)
        if identity is not None:
            for name, status in [("delivered", Status.DELIVERED), ("read", Status.READ)]:
                if name in receipt.validated_data:
                    mark(identity, status, up_to=receipt.validated_data[name])
        return Response(status=204)


class Typing(Door):
    throttle_classes = [PerReader]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """The visitor is typing: told to whoever sees their live conversation, if there is one; never stored."""
        hints.typing(self.channel, border.Typing(border.Sender(self.visitor.external_id), timezone.now()))
        return Response(status=204)


class Transcripts(Door):
    throttle_classes = [PerMailbox]

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Ask for a copy of the talk by e-mail. It goes to the address that the website has signed, and to no other.

        Once a minute; 403 for whom there is no such address.
        """
        Visitor.objects.filter(pk=self.visitor.pk).update(transcript_due=timezone.now())
        followups.soon(tasks.send_transcript, self.visitor.pk)
        return Response(status=202)


def read(identity: Identity, *, after: int) -> dict[str, Any]:
    """A page of a person's thread, with all their conversations on the channel read as one."""
    messages = Message.objects.of_identity(identity).public().after(after)
    newest = Conversation.objects.newest_of(identity)
    return {
        "messages": list(messages.select_related("author").prefetch_related("attachments")[:PAGE]),
        "conversation": newest and Standing(newest, there(newest.team)),
    }


def mark(identity: Identity, status: Status, *, up_to: int) -> None:
    """Record a receipt with each conversation it concerns: most often one, the latest."""
    messages = Message.objects.of_identity(identity).from_us().not_yet(status).up_to(up_to)
    waiting: dict[Conversation, list[Message]] = {}
    for message in messages.select_related("conversation"):
        waiting.setdefault(message.conversation, []).append(message)
    for conversation, theirs in waiting.items():
        conversation.deliver(theirs, status, by=None)
