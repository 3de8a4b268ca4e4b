"""Numbers of orders: without gaps in a year, because whoever does not commit gives its number back."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class OrderYearQuerySet(models.QuerySet["OrderYear"]):
    def next_number(self, year: int) -> str:
        """As in 2026-00001. Call it last in the transaction: from here on others wait until it ends."""
        if not self.count_on(year):
            # The first order of a year: of two at once one makes the row.
            OrderYear.objects.bulk_create([OrderYear(year=year)], ignore_conflicts=True)
            self.count_on(year)
        return f"{year}-{self.get(year=year).last:05}"

    def count_on(self, year: int) -> bool:
        return bool(self.filter(year=year).update(last=F("last") + 1))


class OrderYear(models.Model):
    """How many orders were placed in a year, by the house's clock."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects = OrderYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("year of orders")
        verbose_name_plural = _("years of orders")

    def __str__(self) -> str:
        return str(self.year)
