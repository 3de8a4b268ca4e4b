"""REST for logged-in people: who they are, what their token is good for, how often, and twice the same only once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from monty import rates
from monty.errors import InsufficientScope
from monty.rest import Rest, client_address
from teams import once, versions
from teams.models import ApiToken, Scope

Handler = Callable[..., HttpResponseBase]


class GenericRest(Rest, GenericAPIView):
    """Rest for views with a queryset and a serializer."""

    # What a token must be good for to change anything here; to look it takes no more than READ.
    write_scope = Scope.WRITE

    @property
    def teammate(self) -> Any:
        """Who asks; nobody unknown gets this far."""
        return self.request.user

    def body(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        """The checked fields of the request's body. Raises ValidationError."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def asked(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        """The checked fields of the address, behind its question mark. Raises ValidationError."""
        serializer = serializer_class(data=self.request.query_params)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What comes before the view's own method, which is wrapped here: the framework looks for it afterwards."""
        rates.demand(settings.REST_RATE_PER_ADDRESS, "address", client_address(request))
        super().initial(request, *args, **kwargs)
        method = str(request.method).lower()
        handler = getattr(self, method, None)
        if handler is not None and request.method not in SAFE_METHODS and request.user.is_authenticated:
            setattr(self, method, self.guarded(request, handler))

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if isinstance(request.auth, ApiToken):
            rates.demand(settings.REST_RATE_PER_TOKEN, "token", str(request.auth.pk))
        self.demand_scope(Scope.READ if request.method in SAFE_METHODS else self.write_scope)

    def demand_scope(self, needed: Scope) -> None:
        """Raises InsufficientScope. A session may do all that its person may."""
        token = self.request.auth
        if isinstance(token, ApiToken) and not token.includes(needed):
            raise InsufficientScope(_("This token is not good for that."), scope=needed.value)

    def guarded(self, request: Request, handler: Handler) -> Handler:
        if wanted := request.headers.get("If-Match"):
            handler = partial(self.if_unchanged, wanted, handler)
        key = request.headers.get("Idempotency-Key")
        return partial(once.answer, key, handler) if key is not None and request.method == "POST" else handler

    # --- Versions ----------------------------------------------------------------------------------------------------

    @property
    def is_about_one(self) -> bool:
        """Whether the address stands for one thing, which `get_object` finds."""
        return (self.lookup_url_kwarg or self.lookup_field) in self.kwargs

    def if_unchanged(self, wanted: str, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The handler, if what it changes is still as whoever asks has seen it; it stays so until it is changed."""
        with transaction.atomic():
            now = self.held() if self.is_about_one else None
            versions.demand(wanted, None if now is None else self.get_serializer(now).data)
            return handler(request, *args, **kwargs)

    def held(self) -> models.Model:
        """What the address stands for, read again once nobody else can change it."""
        versions.hold(self.get_object())
        return self.get_object()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """One thing's answer tells its version, and that somebody has it already."""
        told = super().finalize_response(request, response, *args, **kwargs)
        if not isinstance(told, Response) or type(getattr(told.data, "serializer", None)) is not self.serializer_class:
            return told
        told["ETag"] = versions.etag(told.data)
        if request.method in SAFE_METHODS:
            return get_conditional_response(request._request, etag=told["ETag"], response=told)
        return told
