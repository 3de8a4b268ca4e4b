"""What somebody wants to know, and of what they may know it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Slice
from conversations.reports.periods import Period


class By(models.TextChoices):
    """What each row of a report is for."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    HOUR = "hour", _("Hour of the day")
    TEAM = "team", _("Team")
    TEAMMATE = "teammate", _("Teammate")
    CHANNEL = "channel", _("Channel")
    LABEL = "label", _("Label")
    # A report's own: flows, products.
    KIND = "kind", _("Kind")


# By these, every episode is in exactly one row: what the rows add up to is the whole.
WHOLE = frozenset((By.DAY, By.MONTH, By.HOUR, By.TEAM, By.CHANNEL, By.KIND))
SLICES = {each: Slice(each.value) for each in By if each.value in Slice.values}
# A row's: a day, the first day of a month, an hour or an id.
Key = int | date | None


@dataclass(frozen=True, slots=True)
class Question:
    """`teams`: of these only (None: of all, and of what is in no team's inbox); `open_hours`: time counts only while
    the team is there.
    """

    period: Period
    teams: tuple[int, ...] | None = None
    channel: int | None = None
    teammate: int | None = None
    label: int | None = None
    hour: int | None = None
    kind: int | None = None
    by: By | None = None
    open_hours: bool = False

    @property
    def shares(self) -> bool:
        """It asks for what single teammates did."""
        return self.by == By.TEAMMATE or self.teammate is not None

    @property
    def narrowed(self) -> list[tuple[Slice, int]]:
        asked = {
            Slice.CHANNEL: self.channel,
            Slice.TEAMMATE: self.teammate,
            Slice.LABEL: self.label,
            Slice.HOUR: self.hour,
        }
        return [(part, number) for part, number in asked.items() if number is not None]

    @property
    def slice(self) -> tuple[Slice, int | None] | None:
        """Which cells answer it, and the key of those; None: only facts do, which are so few then."""
        wanted: list[tuple[Slice, int | None]] = [*self.narrowed]
        wanted += [(SLICES[self.by], None)] if self.by in SLICES else []
        return wanted[0] if len(wanted) == 1 else None if wanted else (Slice.WHOLE, None)

    def over(self, period: Period) -> "Question":
        return replace(self, period=period)

    def whole(self) -> "Question":
        """The same in one row."""
        return replace(self, by=None)

    def expected_keys(self) -> list[Key]:
        """Rows that are shown even if nothing happened in them."""
        if self.by == By.DAY:
            return [*self.period.each_day()]
        if self.by == By.MONTH:
            return [*self.period.each_month()]
        return [*range(24)] if self.by == By.HOUR else [] if self.by else [None]

    def of_row(self, key: Key) -> "Question":
        """The same for one of its rows only."""
        if isinstance(key, date):
            days = Period(key, key) if self.by == By.DAY else self.period.within(key)
            return replace(self, by=None, period=days)
        if self.by is None or key is None:
            return self.whole()
        if self.by == By.TEAM:
            return replace(self, by=None, teams=(key,))
        narrowed: dict[str, Any] = {self.by.value: key}
        return replace(self, by=None, **narrowed)
