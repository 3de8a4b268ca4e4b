"""REST: teams, one's own presence, and the token with which a program logs in."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.viewsets import ReadOnlyModelViewSet

from monty.rest import CursorPages, GenericRest
from monty.schema import ProblemSerializer, problem_responses
from teams import presence
from teams.models import Team, Teammate
from teams.serializers import LoginSerializer, PresenceSerializer, TeamSerializer, TokenSerializer


class TeamViewSet(GenericRest, ReadOnlyModelViewSet):
    """The teams and who is in them."""

    queryset = Team.objects.with_hours().prefetch_related(
        Prefetch("members", Teammate.objects.at_work().order_by("pk"))
    )
    serializer_class = TeamSerializer
    pagination_class = CursorPages


class MyPresence(GenericRest):
    """Whether you are there for new conversations."""

    serializer_class = PresenceSerializer

    @extend_schema(operation_id="me_presence_retrieve")
    def get(self, request: Request) -> Response:
        return Response(PresenceSerializer(self.teammate).data)

    @extend_schema(operation_id="me_presence_update")
    def put(self, request: Request) -> Response:
        chosen = self.body(PresenceSerializer)
        reason = chosen.pop("away_reason")
        presence.choose(self.teammate, **chosen, reason=reason, by=self.teammate)
        return Response(PresenceSerializer(self.teammate).data)


class Tokens(GenericRest):
    """Get the token that a program sends as `Authorization: Token …`. It stays the same until it is deleted."""

    serializer_class = LoginSerializer
    authentication_classes = ()
    permission_classes = [permissions.AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "token"

    @extend_schema(responses={200: TokenSerializer, **problem_responses(ProblemSerializer, 401, 429)})
    def post(self, request: Request) -> Response:
        # The framework's own request, not Django's: it collects what the lock-out finds, and we answer for it.
        teammate = authenticate(request, **self.body(LoginSerializer))
        if getattr(request, "axes_locked_out", False):
            raise exceptions.Throttled(
                wait=get_cool_off(request).total_seconds(), detail=_("Too many wrong passwords.")
            )
        if teammate is None:
            raise exceptions.AuthenticationFailed(_("Wrong username or password."))
        # It is a log-in like any other: it is dated, and the lock-out forgets the mistakes before it.
        user_logged_in.send(sender=type(teammate), request=request, user=teammate)
        return Response({"token": Token.objects.get_or_create(user=teammate)[0].key})

    def get_authenticate_header(self, request: Request) -> Any:
        """Without one the framework would turn a wrong password's 401 into 403."""
        return TokenAuthentication.keyword
