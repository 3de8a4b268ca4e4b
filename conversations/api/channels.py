"""REST: how a channel is, and what a person asks its provider."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from channels_app.models import Channel, Template
from conversations import health, trying
from conversations.api.bodies import Nothing
from conversations.models import Conversation
from monty.rest import LARGEST_ID
from teams.arranging import Administered, MayArrange


class ComplaintSerializer(serializers.Serializer):
    sentence = serializers.CharField()
    grave = serializers.BooleanField(help_text="Customers are not heard or not answered.")


class NumbersSerializer(serializers.Serializer):
    """`arrived`: deliveries of the last hour, `usual`: of this hour of the week. `forged`: with a wrong signature.

    `refused`: attempts at sending, `undelivered`: messages, both of the last 24 hours.
    """

    last_inbound = serializers.DateTimeField(allow_null=True)
    arrived = serializers.IntegerField()
    usual = serializers.FloatField()
    unread = serializers.IntegerField()
    oldest_unread = serializers.DateTimeField(allow_null=True)
    unreadable = serializers.IntegerField()
    forged = serializers.IntegerField()
    queued = serializers.IntegerField()
    oldest_queued = serializers.DateTimeField(allow_null=True)
    refused = serializers.IntegerField()
    undelivered = serializers.IntegerField()


class RefusalSerializer(serializers.Serializer):
    """What the provider refused in the last 24 hours. `code` and `words` are its own."""

    code = serializers.CharField()
    outcome = serializers.CharField()
    meaning = serializers.CharField()
    number = serializers.IntegerField()
    last = serializers.DateTimeField()
    words = serializers.CharField()


class LossSerializer(serializers.Serializer):
    """Why messages of the last 24 hours did not arrive."""

    status = serializers.CharField()
    error = serializers.CharField()
    number = serializers.IntegerField()
    last = serializers.DateTimeField()


class HealthSerializer(serializers.Serializer):
    """`tone`: `well`, `look` (a person should), `grave`, or `off`."""

    id = serializers.IntegerField(source="channel.pk")
    tone = serializers.CharField()
    complaints = ComplaintSerializer(many=True)
    numbers = NumbersSerializer()
    refusals = RefusalSerializer(many=True)
    losses = LossSerializer(many=True)
    suspended_at = serializers.DateTimeField(source="channel.suspended_at", allow_null=True)
    token_expires_at = serializers.DateTimeField(source="channel.token_expires_at", allow_null=True)
    paused_until = serializers.DateTimeField(source="channel.paused_until", allow_null=True)

    def to_representation(self, channel: Channel) -> Any:
        numbers = health.numbers(channel)
        complaints = health.complaints(channel, numbers, timezone.now())
        found = {"channel": channel, "tone": health.tone(channel, complaints), "complaints": complaints}
        more = {"numbers": numbers, "refusals": health.refusals(channel), "losses": health.losses(channel)}
        return super().to_representation(found | more)


class TestChannel(serializers.Serializer):
    """`conversation`: with somebody who wrote within the last day, and does receive a message; null: with nobody."""

    conversation = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=LARGEST_ID)


class TestedSerializer(serializers.Serializer):
    """`account`: what it is called at the provider. `message`: the one that is on its way."""

    account = serializers.CharField()
    message = serializers.IntegerField(source="message.pk", read_only=True, allow_null=True)


class SyncedSerializer(serializers.Serializer):
    """How many templates the provider has."""

    templates = serializers.IntegerField()


class MayAsk(MayArrange):
    """Whoever may ask the provider that on the channel's page in the admin."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and view.may_look(request)

    def has_object_permission(self, request: Request, view: Any, row: Any) -> bool:
        return request.method in SAFE_METHODS or view.page.may_ask(request, view.action)


class ChannelHealthViewSet(Administered, GenericViewSet):
    queryset = Channel.objects.all()
    serializer_class = HealthSerializer
    permission_classes = [MayAsk]

    def get_queryset(self) -> Any:
        return health.measured(Channel.objects.all())

    def ask(self, channel: Channel, question: Callable[[], Any]) -> Any:
        return self.page.ask(self.request, channel, self.action, question)

    @action(detail=True)
    def health(self, request: Request, pk: str) -> Response:
        """What comes in and goes out, and what a person should look at."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=TestChannel, responses=TestedSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Ask the provider who we are there, and send a message if somebody was chosen."""
        channel, number = self.get_object(), self.body(TestChannel)["conversation"]
        row = self.chosen(channel, number) if number else None
        return Response(TestedSerializer(self.ask(channel, partial(trying.ask, channel, row))).data)

    def chosen(self, channel: Channel, number: int) -> Conversation:
        row = trying.may_get_one(channel, by=self.teammate).filter(pk=number).first()
        if row is None:
            raise serializers.ValidationError({"conversation": [_("Choose somebody who wrote here within a day.")]})
        return cast("Conversation", row)

    @extend_schema(request=Nothing, responses=HealthSerializer)
    @action(detail=True, methods=["post"])
    def reconnect(self, request: Request, pk: str) -> Response:
        """Ask the provider whether it knows us again; then what was waiting is sent."""
        channel = self.get_object()
        self.ask(channel, channel.reconnect)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=Nothing, responses=SyncedSerializer)
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: str) -> Response:
        """Ask the provider for its templates."""
        channel = self.get_object()
        number = self.ask(channel, partial(Template.objects.sync, channel))
        return Response(SyncedSerializer({"templates": number}).data)
