"""REST: subscriptions to what happens, and the log of what became of each delivery."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import permissions
from rest_framework.decorators import action
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from monty.rest import CursorPages, NewestFirst, Rest
from monty.schema import ProblemSerializer, problem_responses
from teams import audit
from teams.models.audit import Deed
from teams.rest import GenericRest
from webhooks.models import Delivery, DeliveryState, Subscription
from webhooks.serializers import (
    ArrangeSerializer,
    ChangeSerializer,
    DeliverySerializer,
    MadeSerializer,
    NotNowSerializer,
    SecretSerializer,
    SubscriptionSerializer,
)

FORBIDDEN: dict[Any, Any] = problem_responses(ProblemSerializer, 403)
REFUSED: dict[Any, Any] = problem_responses(NotNowSerializer, 409)
# Whoever uses another method, and may look, is told afterwards that there is none.
DEEDS = {"POST": "add", "PATCH": "change", "DELETE": "delete"}


class MayArrange(permissions.IsAuthenticated):
    """Whoever may do the same in the admin: `deeds` of a view says of what and which deed, by method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        known = super().has_permission(request, view)
        return known and bool(request.user.has_perm(f"webhooks.{self.deed(request, view)}"))

    def deed(self, request: Request, view: APIView) -> str:
        # A button changes what is there.
        name = (
            "change"
            if getattr(view, "detail", False) and request.method == "POST"
            else DEEDS.get(request.method or "", "view")
        )
        return f"{name}_{view.about}"  # type: ignore[attr-defined]


class WebhookViewSet(GenericRest, ReadOnlyModelViewSet):
    """Subscriptions: an address to which Monty posts what happens, and what it wants to hear."""

    about = "subscription"
    http_method_names = [*Rest.http_method_names, "patch", "delete"]
    permission_classes = [MayArrange]
    queryset = Subscription.objects.all()
    serializer_class = SubscriptionSerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Subscription.objects.visible_to(self.teammate).prefetch_related("teams").order_by("pk")

    def shown(self, row: Subscription) -> Response:
        return Response(SubscriptionSerializer(self.get_queryset().get(pk=row.pk)).data)

    @extend_schema(responses={200: SubscriptionSerializer(many=True), **FORBIDDEN})
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(responses={200: SubscriptionSerializer, **FORBIDDEN})
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk=pk)

    @extend_schema(request=ArrangeSerializer, responses={201: MadeSerializer})
    def create(self, request: Request) -> Response:
        """A new one. Its `secret` is told in this answer only."""
        row = Subscription.make(by=self.teammate, **self.body(ArrangeSerializer))
        return Response(MadeSerializer(row).data, status=201)

    @extend_schema(request=ChangeSerializer, responses=SubscriptionSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """What is left out stays as it is."""
        row = self.get_object()
        body = ChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        facts = dict(body.validated_data)
        active = facts.pop("active", row.active)
        teams = facts.pop("teams", None if row.all_teams else list(row.teams.all()))
        row.arrange(by=self.teammate, teams=teams, **facts)
        if active != row.active:
            (row.switch_on if active else row.switch_off)(by=self.teammate)
        return self.shown(row)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """It is gone, with its log and what waits for it."""
        self.get_object().delete()
        return Response(status=204)

    @extend_schema(request=Nothing, responses=SecretSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """A new secret, told in this answer only. For a day the one until now signs beside it."""
        row = self.get_object()
        secret = row.rotate(by=self.teammate)
        audit.note(Deed.DID, row, did="rotate")
        return Response({"secret": secret})

    @extend_schema(request=Nothing, responses={201: DeliverySerializer, **REFUSED})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Post something to try it; `deliveries/` says what came of it."""
        row = Delivery.objects.test(self.get_object(), by=self.teammate)
        return Response(DeliverySerializer(row).data, status=201)


class DeliveryFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=DeliveryState.choices)


class OfWebhook(GenericRest):
    """The log of one webhook, which is not there for whoever may not see it."""

    about = "delivery"
    permission_classes = [MayArrange]
    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        mine = Subscription.objects.visible_to(self.teammate)
        webhook = get_object_or_404(mine, pk=self.kwargs["subscription"])
        return webhook.deliveries.prefetch_related("attempts")


class Deliveries(OfWebhook, ListAPIView):
    """What was sent, newest first, with every try."""

    filterset_class = DeliveryFilter

    @extend_schema(responses={200: DeliverySerializer(many=True), **FORBIDDEN})
    def get(self, request: Request, subscription: str) -> Response:
        return super().get(request, subscription=subscription)


class Replay(OfWebhook):
    detail = True

    @extend_schema(
        parameters=[OpenApiParameter("delivery", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        request=Nothing,
        responses={200: DeliverySerializer, **REFUSED},
    )
    def post(self, request: Request, subscription: str, delivery: str) -> Response:
        """Send one once more, under the same id."""
        row = get_object_or_404(self.get_queryset(), uuid=delivery)
        row.replay(by=self.teammate)
        return Response(DeliverySerializer(self.get_queryset().get(pk=row.pk)).data)
