"""How values are written for people."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from channels_app.models import Channel
from conversations.models import Label
from conversations.models.fact import NOBODY
from conversations.reports.question import By, Key
from conversations.reports.units import Unit
from teams.models import Team, Teammate

Names = Callable[[list[Any]], dict[Any, str]]
NOTHING = "–"
TWO_DAYS = 48 * 3600


def shown(value: float | None, unit: Unit) -> str:
    if value is None:
        return NOTHING
    if unit == Unit.SECONDS:
        return length(value)
    if unit == Unit.SHARE:
        return _("%(percent)s %%") % {"percent": number_format(value * 100, 1)}
    return number_format(value, 0 if unit == Unit.COUNT else 2, force_grouping=True)


def length(value: float) -> str:
    """“3 s”, “4:05 min”, “2:10 h”, “3.5 days”."""
    number = round(value)
    if number < 60:
        return _("%(seconds)s s") % {"seconds": number}
    if number < 3600:
        return _("%(minutes)s:%(seconds)02d min") % {"minutes": number // 60, "seconds": number % 60}
    if number < TWO_DAYS:
        return _("%(hours)s:%(minutes)02d h") % {"hours": number // 3600, "minutes": number % 3600 // 60}
    return _("%(days)s days") % {"days": number_format(number / 86400, 1)}


def change(now: float | None, before: float | None, unit: Unit) -> str:
    """How much more or less it is than before; of shares in points. "" where that cannot be said."""
    if now is None or before is None:
        return ""
    if unit == Unit.SHARE:
        return _("%(points)s points") % {"points": signed((now - before) * 100)}
    return _("%(percent)s %%") % {"percent": signed((now - before) / before * 100)} if before else ""


def signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{number_format(abs(value), 1)}"


def named(by: By | None, keys: list[Key], kinds: Names | None = None) -> dict[Key, str]:
    """What each row is called: one query, or none. `kinds`: how a report calls its own."""
    find = kinds if by == By.KIND else NAMES.get(by) if by else None
    if by and find:
        known = find([key for key in keys if key])
        return {key: known.get(key) or unknown(by, key) for key in keys}
    return {key: of_time(by, key) for key in keys}


def of_time(by: By | None, key: Key) -> str:
    if isinstance(key, date):
        return date_format(key, "D j M Y" if by == By.DAY else "F Y")
    return f"{key:02}:00" if key is not None else ""


def unknown(by: By, key: Key) -> str:
    """It has been deleted, or there is none."""
    return _("No team") if key == NOBODY and by == By.TEAM else _("Deleted (%(number)s)") % {"number": key}


NAMES: dict[By, Names] = {
    By.TEAM: lambda keys: dict(Team.objects.filter(pk__in=keys).values_list("pk", "name")),
    By.TEAMMATE: lambda keys: {each.pk: each.name for each in Teammate.objects.filter(pk__in=keys)},
    By.CHANNEL: lambda keys: {each.pk: each.name for each in Channel.objects.filter(pk__in=keys)},
    By.LABEL: lambda keys: dict(Label.objects.filter(pk__in=keys).values_list("pk", "name")),
}
