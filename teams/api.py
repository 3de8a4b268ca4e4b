"""REST: teams, one's own presence, and the token with which a program logs in."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions
from rest_framework.generics import ListAPIView
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.viewsets import ReadOnlyModelViewSet

from monty.problems import first_sentence
from monty.rest import CursorPages, NewestFirst
from monty.schema import ProblemSerializer, problem_responses
from teams import presence
from teams.arranging import Changing, Configured
from teams.authentication import TokenAuthentication
from teams.login import second_factor
from teams.models import ApiToken, Team, Teammate
from teams.rest import GenericRest
from teams.serializers import (
    ApiTokenSerializer,
    LoginSerializer,
    MeSerializer,
    PresenceSerializer,
    TeamSerializer,
    TokenSerializer,
)


class TeamViewSet(Configured, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """The teams and who is in them."""

    queryset = Team.objects.with_hours().prefetch_related(
        Prefetch("members", Teammate.objects.at_work().order_by("pk"))
    )
    serializer_class = TeamSerializer
    pagination_class = CursorPages


class OfOneself(GenericRest):
    """What there is one of: whoever asks."""

    queryset = Teammate.objects.all()
    permission_classes = [permissions.IsAuthenticated]
    is_about_one = True

    def get_object(self) -> Teammate:
        self.teammate.refresh_from_db()
        return self.teammate


class MyPresence(OfOneself):
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


class Me(OfOneself):
    """Yourself: your clock, your language, and what you are told of."""

    serializer_class = MeSerializer

    @extend_schema(operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(self.teammate).data)

    @extend_schema(operation_id="me_partial_update")
    def patch(self, request: Request) -> Response:
        """What is left out stays as it is."""
        serializer = MeSerializer(self.teammate, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            serializer.save()
        return Response(serializer.data)


class SecondFactorWanted(exceptions.AuthenticationFailed):
    """The password is right; `code` is missing."""

    default_detail = _lazy("Send a code of your app as “code”, or one of your recovery codes.")
    default_code = "second_factor_wanted"


class Tokens(GenericRest, ListAPIView):
    """The tokens that programs of yours send as `Authorization: Token …`."""

    queryset = ApiToken.objects.all()
    serializer_class = ApiTokenSerializer
    pagination_class = NewestFirst
    filter_backends = ()
    throttle_scope = "token"

    def get_queryset(self) -> Any:
        return self.teammate.api_tokens.all()

    @property
    def is_log_in(self) -> bool:
        return self.request is not None and self.request.method == "POST"

    def get_authenticators(self) -> Any:
        return [] if self.is_log_in else super().get_authenticators()

    def get_permissions(self) -> Any:
        return [permissions.AllowAny()] if self.is_log_in else [permissions.IsAuthenticated()]

    def get_throttles(self) -> Any:
        return [ScopedRateThrottle()] if self.is_log_in else []

    @extend_schema(
        operation_id="tokens_create",
        auth=[],
        request=LoginSerializer,
        responses={200: TokenSerializer, **problem_responses(ProblemSerializer, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Get a new token. It is told in this answer only. Whoever has a second factor also sends `code`."""
        wanted = self.body(LoginSerializer)
        code = wanted.pop("code")
        credentials = {name: wanted.pop(name) for name in ("username", "password")}
        # The framework's own request, not Django's: it collects what the lock-out finds, and we answer for it.
        teammate = authenticate(request, **credentials)
        if getattr(request, "axes_locked_out", False):
            raise exceptions.Throttled(
                wait=get_cool_off(request).total_seconds(), detail=_("Too many wrong passwords.")
            )
        if teammate is None:
            raise exceptions.AuthenticationFailed(_("Wrong username or password."))
        self.prove(teammate, code)
        # It is a log-in like any other: it is dated, and the lock-out forgets the mistakes before it.
        user_logged_in.send(sender=type(teammate), request=request, user=teammate)
        return Response({"token": ApiToken.objects.make(teammate, **wanted).key})

    def prove(self, teammate: Any, code: str) -> None:
        """A password alone is not enough for whoever has a second factor, or should have one."""
        second_factor.demand(teammate)
        if not second_factor.has_one(teammate):
            return
        if not code:
            raise SecondFactorWanted
        proof = second_factor.proof(teammate, code)
        if not proof.is_valid():
            limited = proof.has_error("code", "too_many_login_attempts")
            refusal = exceptions.Throttled if limited else exceptions.AuthenticationFailed
            raise refusal(detail=first_sentence(proof.errors["code"]))

    def get_authenticate_header(self, request: Request) -> Any:
        """Without one the framework would turn a wrong password's 401 into 403."""
        return TokenAuthentication.keyword


class OneToken(GenericRest):
    """One of your tokens."""

    queryset = ApiToken.objects.all()
    serializer_class = ApiTokenSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self) -> Any:
        return self.teammate.api_tokens.all()

    @extend_schema(operation_id="tokens_retrieve")
    def get(self, request: Request, pk: str) -> Response:
        return Response(ApiTokenSerializer(self.get_object()).data)

    @extend_schema(operation_id="tokens_destroy", responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Revoke it: it opens nothing any more. `current`: the one that this request came with."""
        self.get_object().delete()
        return Response(status=204)

    def get_object(self) -> ApiToken:
        if self.kwargs["pk"] == "current" and isinstance(self.request.auth, ApiToken):
            return self.request.auth
        return super().get_object()
