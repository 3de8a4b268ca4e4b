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

    @property
    def headers(self) -> dict[str, str]:
        """What its answer says beside the body."""
        return {}


class BadInput(MontyError):
    """A value that cannot be accepted; `field` names it."""

    code = "invalid"

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail, errors={field: [str(detail)]})


class Forbidden(MontyError):
    """It is somebody else's, or takes another role."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class InsufficientScope(MontyError):
    """The token that a program logs in by is not good for this; `scope` is what it takes. The code is RFC 6750's."""

    status = HTTPStatus.FORBIDDEN
    code = "insufficient_scope"


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


class Overtaken(MontyError):
    """Somebody has changed it meanwhile, so that this is not possible as it was asked for."""

    status = HTTPStatus.CONFLICT
    code = "overtaken"


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


class TooManyFiles(MontyError):
    """More files than one answer carries; `limit` says how many that is."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_many_files"


class MediaRefused(MontyError):
    """A file is of a kind that is not passed on."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "media_refused"


class TooMany(MontyError):
    """More of this than is taken in that time."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many"


class InUse(MontyError):
    """It cannot go, because other things hang on it."""

    status = HTTPStatus.CONFLICT
    code = "in_use"


class StillRunning(MontyError):
    """The same was asked for under the same key a moment ago, and is not answered yet."""

    status = HTTPStatus.CONFLICT
    code = "still_running"

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "1"}


class KeyReused(MontyError):
    """An idempotency key was used for something else before."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_reused"


class Changed(MontyError):
    """It is not as its `If-Match` says it was; `current` is what it is now, and `etag` its mark."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "changed"

    @property
    def headers(self) -> dict[str, str]:
        return {"ETag": self.facts["etag"]} if "etag" in self.facts else {}
