"""Settings of the installation that a person changes while it runs: rows, each with a default that code declares.

A floor declares what it reads by `rule(…)`, at import, and asks it by calling it: `EXPIRING_SOON()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monty.known import Known

Words = str | Promise
DAY = timedelta(days=1)
# Ten years, in days.
LONGEST_KEPT = 3650


@dataclass(frozen=True, slots=True)
class Rule:
    """A setting: what it is called, what it means, what it is unless a person says otherwise.

    Of a duration the row keeps a number of `unit`s; without a unit it is a plain number. Both within `least` and
    `most`. One of several `choices` is kept by its place among them.
    """

    name: str
    label: Words
    tells: Words
    default: Callable[[], Any]
    unit: timedelta | None
    least: float
    most: float
    choices: tuple[Words, ...] = ()

    def __call__(self) -> Any:
        number = chosen().get(self.name)
        return self.default() if number is None else self.read(number)

    def read(self, number: float) -> Any:
        return number if self.unit is None else self.unit * number

    @property
    def usual(self) -> float | None:
        """The default as the row would keep it; None: without end."""
        default = self.default()
        return default if self.unit is None or default is None else default / self.unit


RULES: dict[str, Rule] = {}


def rule(
    name: str,
    label: Words,
    tells: Words,
    default: Callable[[], Any],
    *,
    unit: timedelta | None = None,
    least: float = 0,
    most: float = 10_000,
    choices: tuple[Words, ...] = (),
) -> Rule:
    RULES[name] = Rule(name, label, tells, default, unit, least, len(choices) - 1 if choices else most, choices)
    return RULES[name]


def kept(
    name: str, label: Words, tells: Words, days: float | None, *, least: float = 1, most: float = LONGEST_KEPT
) -> Rule:
    """How many days a kind of data is kept; None: without end, unless somebody says otherwise."""
    usual = None if days is None else DAY * days
    return rule(f"{name}_kept", label, tells, lambda: usual, unit=DAY, least=least, most=most)


# --- What was chosen, known to each process ---------------------------------------------------------------------------


def read_rows() -> dict[str, float]:
    """What differs from the defaults, by name."""
    return {row.name: row.value for row in Setting.objects.all() if row.value is not None}


chosen = Known("monty.settings", read_rows)


class SettingQuerySet(models.QuerySet["Setting"]):
    def furnish(self) -> None:
        """A row for each rule, at its default unless it is there."""
        Setting.objects.bulk_create([Setting(name=name) for name in RULES], ignore_conflicts=True)

    def known(self) -> "SettingQuerySet":
        """Without those of a kind of channel that is not there any more."""
        return self.filter(name__in=RULES)


class Setting(models.Model):
    """One setting. Empty: as the installation's environment says, else as Monty comes."""

    name = models.CharField(_("name"), max_length=60, unique=True, editable=False)
    value = models.FloatField(_("value"), null=True, blank=True)

    objects = SettingQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.rule.label) if self.name in RULES else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        chosen.changed()

    @property
    def rule(self) -> Rule:
        return RULES[self.name]


AUDIT_KEPT = rule(
    "audit_kept",
    _("Audit log is kept, days"),
    _("Who configured or exported what is forgotten after this time."),
    lambda: settings.AUDIT_KEPT,
    unit=DAY,
    least=30,
    most=LONGEST_KEPT,
)
PRESENCE_KEPT = kept(
    "presence",
    _("Presence log is kept, days"),
    _("When teammates came and went. Replays reach back no further; the hours online in reports stay."),
    365,
    least=30,
)
INVITATIONS_KEPT = kept(
    "invitations",
    _("Invitations are kept, days"),
    _("Used or not, they are forgotten so long after the last day on which they worked."),
    90,
)
IDEMPOTENCY_KEPT = kept(
    "idempotency",
    _("Idempotency keys are kept, days"),
    _("For so long a program that asks again under the same key is told the first answer again."),
    1,
    most=30,
)
