"""What an order holds of the stock, its number, and the writing of its lines."""

from collections.abc import Mapping, Sequence

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput
from orders.models.line import Line, Pick
from orders.models.priced import Priced
from orders.models.product import Variant
from orders.models.year import OrderYear


class Stocked(Priced):
    """The part of an order that takes things off the shelf (`Order` inherits it). All of it inside a verb."""

    number = models.CharField(_("number"), max_length=20, blank=True, editable=False)
    placed_at = models.DateTimeField(_("placed"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def picks(self) -> list[Pick]:
        """What is in it and still on sale, for an order of the same."""
        lines = list(self.lines.all())
        rows = Variant.objects.on_sale().filter(pk__in=[line.variant_id for line in lines])
        there = set(rows.values_list("pk", flat=True))
        return [Pick(line.variant_id, line.quantity) for line in lines if line.variant_id in there]

    def book(self) -> None:
        """Take what is needed from the stock, then a number. Raises BadInput, OutOfStock."""
        lines = list(self.lines.select_related("variant__product"))
        self.demand_lines(lines)
        for line in lines:
            line.variant.demand_on_sale()
        self.reserve(lines, {})
        held = [line.pk for line in lines if line.reserved]
        self.lines.filter(pk__in=held).update(reserved=F("quantity"))
        self.placed_at = timezone.now()
        year = timezone.localtime(self.placed_at, timezone.get_default_timezone()).year
        self.number = OrderYear.objects.next_number(year)

    def demand_lines(self, lines: Sequence[Line]) -> None:
        """Raises BadInput."""
        if not lines:
            raise BadInput(_t("There is nothing in this order yet."), field="lines")

    def reserve(self, lines: Sequence[Line], took: Mapping[int, int]) -> None:
        """Hold what the lines need, having taken so many of each variant before. Raises OutOfStock."""
        wanted = {line.variant_id: line.quantity for line in lines}
        moves = {number: wanted.get(number, 0) - took.get(number, 0) for number in {*wanted, *took}}
        counted = Variant.objects.take(moves)
        for line in lines:
            is_held = line.variant_id in counted or not moves[line.variant_id]
            line.reserved = line.quantity if is_held else 0

    def put_back(self) -> None:
        """Everything that it holds."""
        held = self.lines.filter(reserved__gt=0)
        if Variant.objects.take({line.variant_id: -line.reserved for line in held}):
            held.update(reserved=0)

    def keep_lines(self, lines: Sequence[Line]) -> None:
        """These instead of those that are written down: two queries, however many."""
        self.lines.all().delete()
        for line in lines:
            # Written as new, whether or not it was there before.
            line.pk, line.order = None, self  # type: ignore[assignment]
        Line.objects.bulk_create(lines)
