"""Reading request bodies that may be hostile."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

# What a form may need beside its file.
ENVELOPE = 64 * 1024


class BoundedJSONParser(JSONParser):
    """JSON of a bounded size and depth: the stock parser reads any length into memory."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        demand_size(parser_context, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply.") from error


class BoundedMultiPartParser(MultiPartParser):
    """A form with a file, refused before it is read if no file that large would be taken."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        demand_size(parser_context, settings.MEDIA_MAX_BYTES + ENVELOPE)
        return super().parse(stream, media_type, parser_context)


def demand_size(parser_context: Any, limit: int) -> None:
    """Raises RequestDataTooBig. (A body without a length is not read at all by the REST framework.)"""
    if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > limit:
        raise RequestDataTooBig
