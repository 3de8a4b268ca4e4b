"""The ground of the REST interface: bounded JSON in, cursor pages out, the same manners in every view."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError as InvalidValue
from django.db import models
from django.http import HttpRequest
from django_filters import rest_framework as filters
from rest_framework import exceptions, permissions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from monty.parsers import BoundedJSONParser

# The largest id a database can hold; a larger one is refused before it gets there.
LARGEST_ID = models.BigIntegerField.MAX_BIGINT


class AsDescribed(DefaultContentNegotiation):
    """An answer has the form that the schema tells: JSON, or the file that was asked for.

    Whoever wishes for that file's type by `Accept` must not be refused because views speak JSON else.
    """

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Rest(APIView):
    """What all REST views share. There is no OPTIONS: the schema tells what a view takes."""

    parser_classes = [BoundedJSONParser]
    content_negotiation_class = AsDescribed
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]


class CursorPages(CursorPagination):
    """Lists without a count: however many rows there are, a page costs the same."""

    page_size = 50
    ordering: tuple[str, ...] = ("pk",)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.NotFound, InvalidValue, ValueError, OverflowError) as error:
            # Somebody made the cursor up: its position is not a value of the column it stands for.
            if self.cursor_query_param not in request.query_params:
                raise
            raise exceptions.ValidationError({self.cursor_query_param: [self.invalid_cursor_message]}) from error


class NewestFirst(CursorPages):
    ordering = ("-pk",)


class IdFilter(filters.Filter):
    """A filter on an id: a whole number that the database can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST_ID, **kwargs)


class Router(SimpleRouter):
    """Addresses with and without the slash at the end: a POST cannot be redirected to the right one."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


class Nowhere(APIView):
    """Whatever no address stands for."""

    authentication_classes = ()
    permission_classes = [permissions.AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound


def client_address(request: HttpRequest | Request) -> str:
    """Whose address limits count by: for the REST interface's throttles and the log-in's lock alike (NUM_PROXIES).

    "" where the server tells none, as one behind a Unix socket may.
    """
    return BaseThrottle().get_ident(cast(Request, request)) or ""  # It reads META, which both have.
