"""Every error Monty raises on purpose. Each knows its HTTP status and a code that programs can rely on."""

from datetime import datetime
from http import HTTPStatus
from typing import Any


class MontyError(Exception):
    """Something a person can act on; `str(error)` is the sentence they see."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    code = "error"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class BadInput(MontyError):
    """A value that cannot be accepted; `field` names it."""

    code = "invalid"

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail, errors={field: [str(detail)]})


class Forbidden(MontyError):
    """It is somebody else's, or takes another role."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class VerbNotAllowed(MontyError):
    """The object is not in a state from which this verb leads."""

    status = HTTPStatus.CONFLICT
    code = "verb_not_allowed"

    def __init__(self, detail: str, *, verb: str, state: str, allowed: list[str]) -> None:
        super().__init__(detail, verb=verb, state=state, allowed=allowed)


class SomebodyWrote(MontyError):
    """Newer messages exist than the writer has seen."""

    status = HTTPStatus.CONFLICT
    code = "somebody_wrote"


class Taken(MontyError):
    """Somebody else was faster; `assignee` is their id."""

    status = HTTPStatus.CONFLICT
    code = "taken"

    def __init__(self, detail: str, *, assignee: int | None) -> None:
        super().__init__(detail, assignee=assignee)


class WindowShut(MontyError):
    """The channel's window for answering or reopening has passed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "window_shut"

    def __init__(self, detail: str, *, until: datetime | None, possible: list[str]) -> None:
        super().__init__(detail, reason=str(detail), until=until, possible=possible)


class MediaTooLarge(MontyError):
    """A file is larger than the channel takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "media_too_large"


class MediaRefused(MontyError):
    """A file is of a kind that is not passed on."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "media_refused"
