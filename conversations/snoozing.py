"""For how long one may put a conversation off with a single press. Pure: the clock is told."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from monty.errors import BadInput

MORNING, EVENING = time(9), time(18)
OWN, ANSWER = "own", "answer"


@dataclass(frozen=True, slots=True)
class Preset:
    """`until` None: until the customer answers."""

    key: str
    name: str
    until: datetime | None


def presets(now: datetime) -> list[Preset]:
    """By the reader's clock; this evening only while it is more than an hour away."""
    local = timezone.localtime(now)
    hour = local + timedelta(hours=1)
    evening = at(local, EVENING)
    return [
        Preset("hour", _("In an hour"), hour),
        *([Preset("evening", _("This evening"), evening)] if evening > hour else []),
        Preset("tomorrow", _("Tomorrow"), at(local, MORNING, days=1)),
        Preset("monday", _("Monday"), at(local, MORNING, days=7 - local.weekday())),
        Preset(ANSWER, _("Until the customer answers"), None),
    ]


def at(local: datetime, clock: time, *, days: int = 0) -> datetime:
    """That time of the day, so many days later, whichever way the clocks are changed between."""
    day = local.date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, clock), local.tzinfo)


def moment(key: str, own: datetime | None, now: datetime) -> datetime | None:
    """Until when this choice means; `own`: the time that somebody typed. Raises BadInput."""
    if key == OWN and own is not None:
        return own
    for preset in presets(now):
        if preset.key == key:
            return preset.until
    raise BadInput(_("Choose until when."), field="until")
