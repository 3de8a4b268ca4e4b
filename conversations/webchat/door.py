"""Who may use a webchat: visitors by their token, websites by their origin, everybody at a bounded rate."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from channels_app import origins
from channels_app.models import Channel, Visitor, hashed
from monty import rates
from monty.parsers import BoundedJSONParser, BoundedMultiPartParser


def token_of(request: Request) -> str:
    """What stands in `Authorization: Visitor <token>`; "" if nothing of that kind does."""
    scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
    return token if scheme.lower() == "visitor" else ""


class VisitorAuthentication(BaseAuthentication):
    """A visitor's token, good for the one channel that it was made for."""

    def authenticate(self, request: Request) -> tuple[Visitor, None] | None:
        if not get_authorization_header(request).lower().startswith(b"visitor"):
            return None
        channel = request.parser_context["view"].channel
        visitor = Visitor.objects.welcome(token_of(request), channel.uuid)
        if visitor is None:
            raise AuthenticationFailed(_("This chat session has ended."))
        visitor.channel = channel
        return visitor, None

    def authenticate_header(self, request: Request) -> str:
        return "Visitor"


class VisitorScheme(OpenApiAuthenticationExtension):
    target_class = VisitorAuthentication
    name = "visitor"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "visitor"}


class Rate(SimpleRateThrottle):
    """So many requests a minute, counted in fixed windows.

    (The stock class keeps the time of every request and loses some when two come at once.)
    """

    scope: str
    num_requests: int
    duration: int

    def get_rate(self) -> str:
        return str(api_settings.DEFAULT_THROTTLE_RATES[self.scope])

    def allow_request(self, request: Request, view: "Door") -> bool:  # type: ignore[override]
        # While nobody counts, a customer's message counts for more than the limit.
        return rates.in_this_window(self.counted_under(request, view), self.duration) <= self.num_requests

    def counted_under(self, request: Request, view: "Door") -> str:
        return f"rate.{self.scope}.{self.whose(request, view)}"

    def wait(self) -> float:
        return rates.left_of_window(self.duration)

    def whose(self, request: Request, view: "Door") -> object:
        raise NotImplementedError


class PerAddress(Rate):
    scope = "session"

    def whose(self, request: Request, view: "Door") -> object:
        return self.get_ident(request)


class PerVisitor(Rate):
    scope = "visitor"

    def whose(self, request: Request, view: "Door") -> object:
        return request.user.pk


class PerReader(PerVisitor):
    scope = "visitor_reads"


class PerChannel(Rate):
    scope = "channel"

    def whose(self, request: Request, view: "Door") -> object:
        return view.channel.pk


class PerMailbox(Rate):
    """A mailbox gets a transcript a minute at most, whoever asks; and no mailbox is filled that was not proved."""

    scope = "transcript"

    def allow_request(self, request: Request, view: "Door") -> bool:  # type: ignore[override]
        if not view.visitor.email_verified:
            raise PermissionDenied(_("A transcript goes only to an address that the website has proved to be yours."))
        # Exactly a minute, not the rest of this one: a second mail at once helps nobody.
        return rates.is_first(self.counted_under(request, view), self.duration)

    def wait(self) -> float:
        return self.duration

    def whose(self, request: Request, view: "Door") -> object:
        return hashed(f"{view.channel.pk} {view.visitor.email.lower()}")


class Door(APIView):
    """What every address of a webchat has in common. `self.channel` is the webchat."""

    channel: Channel
    cors: str = ""
    authentication_classes = [VisitorAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [BoundedJSONParser, BoundedMultiPartParser]
    renderer_classes = [JSONRenderer]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.channel = get_object_or_404(
            Channel.objects.webchats().select_related("team__schedule"), uuid=kwargs["uuid"]
        )
        self.demand_origin(request)
        # A preflight comes without the token: it asks only whether this origin may ask.
        if request.method != "OPTIONS":
            super().initial(request, *args, **kwargs)

    def demand_origin(self, request: Request) -> None:
        """Raises PermissionDenied for a page the channel does not know. Programs that are no browser send no Origin."""
        origin = request.headers.get("Origin", "")
        if not origin or origins.is_own(origin, request.get_host()):
            return
        if not self.channel.webchat.admits(origin):
            raise PermissionDenied(_("This website may not use this chat."))
        self.cors = origin if self.channel.webchat.origins else "*"

    @property
    def visitor(self) -> Visitor:
        visitor: Any = self.request.user
        return visitor

    def check_throttles(self, request: Request) -> None:
        """The first limit that is reached ends it: one sender's flood must not use up what all share."""
        for throttle in self.get_throttles():
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait() or 1)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Origin"])
        if self.cors:
            response.headers["Access-Control-Allow-Origin"] = self.cors
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            response.headers["Access-Control-Max-Age"] = "600"
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response
