"""Where a list is read on: a key of the row that was read last, by time and id, as an address carries it."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from monty.errors import BadInput

# More digits than an id has anywhere.
LONGEST = 19


def written(at: datetime, pk: int) -> str:
    # In UTC it needs no plus sign, which means a space in an address.
    return f"{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z_{pk}"


def read(text: str, *, field: str) -> tuple[datetime, int]:
    """What `written` has written. Raises BadInput."""
    at, _underscore, number = text.partition("_")
    try:
        moment = parse_datetime(at)
        if moment is not None and is_aware(moment) and len(number) < LONGEST:
            return moment.astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        pass
    raise BadInput("This is no key of a list.", field=field)
