"""Takes values out of somebody else's JSON, where anything may stand anywhere: the unexpected counts as missing."""

import hashlib
from typing import Any

from channels_app.border import storable


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Without what no database keeps."""
    return storable(value) if isinstance(value, str) else ""


def identifier(value: Any) -> str:
    """An id as text. Providers promise strings and send numbers now and then."""
    return str(value) if is_whole(value) and abs(value) < 10**30 else text(value)


def kept_id(value: Any) -> str:
    """An id as it is; one longer than Monty keeps (255 characters; 180 have been seen) by its digest."""
    known = identifier(value)
    return known if len(known) <= 255 else digest(known)


def digest(value: str) -> str:
    return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"


def said(value: Any) -> str:
    """A quantity or a price as text."""
    return format(value, "g") if isinstance(value, float) else identifier(value)


def coordinate(value: Any, largest: int) -> float | None:
    """A latitude (to 90) or longitude (to 180). Refuses NaN, which Python's JSON lets in and PostgreSQL's does not."""
    within = (is_whole(value) or isinstance(value, float)) and -largest <= value <= largest
    return float(value) if within else None


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
