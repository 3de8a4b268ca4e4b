"""REST's pages of conversations: the same lists, orders and keys as on the page."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor
from rest_framework.request import Request

from conversations.inbox import keyset
from conversations.models import Sort
from conversations.words import parsed
from monty.errors import BadInput
from monty.rest import CursorPages


class KeyPages(CursorPages):
    """In the order that `sort` asks for; with `q`, of what has these words. The filter has looked at both."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.base_url = request, request.build_absolute_uri()
        self.cursor = self.decoded(request)
        self.page = self.read(queryset, parsed(request.query_params.get("q", "")))
        return self.page

    def decoded(self, request: Request) -> Cursor | None:
        """Raises BadInput."""
        try:
            return self.decode_cursor(request)
        except NotFound as error:
            raise BadInput(str(self.invalid_cursor_message), field=self.cursor_query_param) from error

    def read(self, queryset: Any, words: Any) -> list[Any]:
        sort = Sort(self.request.query_params.get("sort") or Sort.NEWEST)
        backwards = bool(self.cursor and self.cursor.reverse)
        position = str(self.cursor.position or "") if self.cursor else ""
        after = keyset.parsed(position, field=self.cursor_query_param) if self.cursor else None
        lists = queryset.having(words) if words else [queryset]
        found = keyset.read(lists, sort, size=self.page_size + 1, after=after, backwards=backwards)
        more, page = len(found) > self.page_size, found[: self.page_size]
        self.has_next, self.has_previous = (True, more) if backwards else (more, after is not None)
        return page[::-1] if backwards else page

    def get_next_link(self) -> str | None:
        return self.link(list(self.page or [])[-1:], reverse=False) if self.has_next else None

    def get_previous_link(self) -> str | None:
        return self.link(list(self.page or [])[:1], reverse=True) if self.has_previous else None

    def link(self, edge: list[Any], *, reverse: bool) -> str | None:
        """To what lies beyond the row at the page's edge."""
        for row in edge:
            position: Any = str(keyset.key_of(row))
            return str(self.encode_cursor(Cursor(0, reverse, position)))
        return None
