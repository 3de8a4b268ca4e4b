"""REST: labels and attributes, which supervisors make; teammates, and what supervisors do about them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from conversations.api.serializers import AttributeSerializer, ChangeTeammate, LabelSerializer, TeammateSerializer
from conversations.models import Attribute, Conversation, Label
from monty.rest import CursorPages
from teams.arranged_serializers import GiveRole, SetAway
from teams.arranging import Changing, Configured, button
from teams.models import Teammate


class LabelViewSet(Configured, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """What conversations may be labelled with."""

    queryset = Label.objects.order_by("pk")
    serializer_class = LabelSerializer
    pagination_class = CursorPages


class AttributeViewSet(Configured, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """What else is to be known of contacts, as supervisors made it."""

    queryset = Attribute.objects.order_by("pk")
    serializer_class = AttributeSerializer
    pagination_class = CursorPages


class TeammateViewSet(Configured, Changing, ReadOnlyModelViewSet):
    """Who works here, whether they are there, and how many live conversations each has."""

    queryset = Teammate.objects.all()
    serializer_class = TeammateSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        """Lists show who may be given conversations; arranged is everybody."""
        rows = Teammate.objects.at_work() if self.request.method in SAFE_METHODS else Teammate.objects.all()
        return rows.annotate(load=Conversation.objects.load_of_each())

    @extend_schema(request=ChangeTeammate, responses=TeammateSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """What is left out stays as it is."""
        row = self.get_object()
        body = ChangeTeammate(row, data=request.data, partial=True, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        self.keep(body)
        return Response(self.shown(row.pk))

    away = button("away", SetAway, tells="Set somebody away: they get nothing new from Auto Assign.")
    active = button("active", Nothing, tells="Set somebody active.")
    role = button("role", GiveRole, tells="Give somebody a role that reaches no further than your own.")
    revoke_tokens = button("revoke_tokens", Nothing, tells="Revoke all of somebody's API tokens.", pressed="token")
    log_out = button("log_out", Nothing, tells="Log somebody out everywhere: their browsers only.", pressed="sessions")
    remove_second_factor = button(
        "remove_second_factor", Nothing, tells="Remove what somebody has lost.", pressed="second_factor"
    )
