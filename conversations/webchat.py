"""The webchat's door for visitors: a session, the thread, a message, a receipt. Everything else is only a hint.

A visitor sees what was said with them on this channel and nothing more; who they are comes from their token alone.
"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from channels_app.border import Inbound, Sender
from channels_app.models import Visitor, hashed, new_token
from conversations import intake, media
from conversations.models import Conversation, Identity, Message, Status
from conversations.webchat_door import Door, PerAddress, PerChannel, PerReader, PerVisitor
from conversations.webchat_serializers import (
    PageSerializer,
    ReceiptSerializer,
    SessionSerializer,
    ThreadSerializer,
    VisitorMessageSerializer,
    VisitorTokenSerializer,
    WrittenSerializer,
)

PAGE = 100


class Sessions(Door):
    authentication_classes = []
    permission_classes = []
    throttle_classes = [PerAddress, PerChannel]

    @extend_schema(request=SessionSerializer, responses={201: VisitorTokenSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Begin a session. The token is shown this once; Monty keeps only its SHA-256."""
        asked = SessionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        visitor, token = asked.visitor(self.channel), new_token()
        visitor.token_hash = hashed(token)
        visitor.save()
        return Response({"token": token, "visitor": visitor.uuid}, status=201)


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
        return Response(ThreadSerializer(thread, context={"channel": self.channel}).data)

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


def read(identity: Identity, *, after: int) -> dict[str, Any]:
    """A page of a person's thread, with all their conversations on the channel read as one."""
    messages = Message.objects.of_identity(identity).public().after(after)
    return {
        "messages": messages.select_related("author").prefetch_related("attachments")[:PAGE],
        "conversation": Conversation.objects.newest_of(identity),
    }


def inbound(visitor: Visitor, *, client_id: Any, text: str, file: Any = None) -> Inbound:
    """What a visitor wrote, as any channel delivers it. Raises MediaTooLarge, MediaRefused.

    A name that nobody vouches for is shown as a claim and opens nothing; an e-mail address goes along only when proved.
    """
    proved = bool(visitor.user_id)
    sender = Sender(
        external_id=visitor.external_id,
        name=visitor.name,
        email=visitor.email if proved else "",
        verified=proved,
    )
    files = (media.checked(file),) if file is not None else ()
    return Inbound(f"{visitor.uuid}/{client_id}", sender, at=timezone.now(), text=text, files=files)


def mark(identity: Identity, status: Status, *, up_to: int) -> None:
    """Record a receipt with each conversation it concerns: most often one, the latest."""
    messages = Message.objects.of_identity(identity).from_us().not_yet(status).up_to(up_to)
    waiting: dict[Conversation, list[Message]] = {}
    for message in messages.select_related("conversation"):
        waiting.setdefault(message.conversation, []).append(message)
    for conversation, theirs in waiting.items():
        conversation.deliver(theirs, status, by=None)
