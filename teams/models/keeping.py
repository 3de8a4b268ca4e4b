"""How long each kind of data is kept: a floor declares it by `keep(…)`, one task forgets what has become too old.

Rows go in chunks, each in a transaction of its own and without those that somebody holds: a worker may die anywhere,
two may be at it at once, and whoever runs it again goes on with what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.setting import Rule, Words

CHUNK = 500
# Chunks of one kind in one go; the rest comes with the next.
AT_ONCE = 200
# Nobody counts further.
MOST_COUNTED = 1000

Rows = models.QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data. `rule`: how long it is kept (None: until it is over by itself). `old`: what may go of all that
    is older than a moment. `forget`: lets some of these rows go, and says how many.
    """

    model: type[models.Model]
    rule: Rule | None
    title: Words
    old: Callable[[datetime], Rows]
    forget: Callable[[Rows], int]

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def kept(self) -> timedelta | None:
        """None: without end."""
        return self.rule() if self.rule else timedelta(0)

    def due(self) -> Rows:
        """What is to be forgotten now."""
        kept = self.kept
        return self.model._base_manager.none() if kept is None else self.old(timezone.now() - kept)


KINDS: dict[str, Kind] = {}


def let_go(rows: Rows, *, how: Callable[[Any], object] = models.QuerySet.delete) -> int:
    """A chunk of these rows, asked for once more under the lock: what is needed again by now stays."""
    with transaction.atomic():
        mine = rows.select_for_update(of=("self",), skip_locked=True).only("pk")[:CHUNK]
        numbers = [row.pk for row in mine]
        if numbers:
            how(rows.model._default_manager.filter(pk__in=numbers))
    return len(numbers)


def keep(
    model: type[models.Model],
    rule: Rule | None,
    *,
    title: Words = "",
    old: Callable[[datetime], Rows] | None = None,
    forget: Callable[[Rows], int] = let_go,
) -> None:
    """Forget what the rule calls old of this model: `forgettable(before)` of its QuerySet, or `old(before)`."""
    ask = old or model._default_manager.forgettable  # type: ignore[attr-defined]
    kind = Kind(model, rule, title or model._meta.verbose_name_plural or "", ask, forget)
    KINDS[kind.name] = kind


def forget_old(name: str) -> int:
    """What is due of one kind; how many rows went."""
    kind, went = KINDS[name], 0
    for _chunk in range(AT_ONCE):
        number = kind.forget(kind.due())
        went += number
        if not number:
            break
    Keeping.objects.update_or_create(name=name, defaults={"ran_at": timezone.now(), "went": went})
    return went


class KeepingQuerySet(models.QuerySet["Keeping"]):
    def furnish(self) -> None:
        """A row for each kind."""
        Keeping.objects.bulk_create([Keeping(name=name) for name in KINDS], ignore_conflicts=True)

    def known(self) -> "KeepingQuerySet":
        return self.filter(name__in=KINDS)


class Keeping(models.Model):
    """When a kind of data was last looked through, and how many rows went."""

    name = models.CharField(_("name"), max_length=60, unique=True, editable=False)
    ran_at = models.DateTimeField(_("last run"), null=True, blank=True)
    went = models.PositiveIntegerField(_("forgotten then"), default=0)

    objects = KeepingQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of data")
        verbose_name_plural = _("what is kept, and how long")
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.kind.title) if self.name in KINDS else self.name

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def waiting(self) -> int:
        """How many wait to be forgotten, counted up to MOST_COUNTED."""
        return self.kind.due().order_by()[:MOST_COUNTED].count()


discarded = partial(let_go, how=lambda rows: rows.discard())
