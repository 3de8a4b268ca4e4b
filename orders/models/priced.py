"""What is in an order and what it costs: drawn up from wishes, by the one arithmetic of `orders.totals`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput
from monty.fsm import Verbs
from orders import money
from orders.models.line import MOST_LINES, MOST_OF_ONE, Line, Pick
from orders.models.product import AMOUNT, PERCENT, Variant, usual_currency
from orders.totals import Terms, reckon

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

# What may be wished of an order besides its lines.
TERMS = ("discount_amount", "discount_percent", "shipping", "shipping_tax_rate", "tax_included")
DETAILS = ("name", "email", "phone", "address", "notes")
FACTS = (*TERMS, *DETAILS)


def usually_included() -> bool:
    return settings.PRICES_INCLUDE_TAX


class Priced(Verbs):
    """The part of an order that is a sum (`Order` inherits it). All amounts are in minor units of `currency`."""

    currency = models.CharField(_("currency"), max_length=3, default=usual_currency, editable=False)
    discount_amount = models.BigIntegerField(_("discount, amount"), default=0, validators=AMOUNT)
    discount_percent = models.DecimalField(
        _("discount, percent"), max_digits=6, decimal_places=3, default=Decimal(0), validators=PERCENT
    )
    shipping = models.BigIntegerField(_("shipping"), default=0, validators=AMOUNT)
    shipping_tax_rate = models.DecimalField(
        _("tax rate of shipping"), max_digits=6, decimal_places=3, default=Decimal(0), validators=PERCENT
    )
    tax_included = models.BooleanField(_("prices include tax"), default=usually_included)
    # For whom and where to.
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True, validators=[MaxLengthValidator(1000)])
    notes = models.TextField(
        _("notes"), blank=True, validators=[MaxLengthValidator(2000)], help_text=_("The customer reads them too.")
    )
    # The sum, as `orders.totals` has it.
    subtotal = models.BigIntegerField(_("subtotal"), default=0, editable=False)
    discount = models.BigIntegerField(_("discount"), default=0, editable=False)
    tax = models.BigIntegerField(_("tax"), default=0, editable=False)
    total = models.BigIntegerField(_("total"), default=0, editable=False)

    if TYPE_CHECKING:
        lines: RelatedManager[Line]

    class Meta:
        abstract = True

    @property
    def terms(self) -> Terms:
        return Terms(**{name: getattr(self, name) for name in TERMS})

    @property
    def addressee(self) -> list[str]:
        """Whom it goes to and where, line by line."""
        return [line for line in (self.name, *self.address.splitlines()) if line]

    @property
    def has_amounts(self) -> bool:
        """Besides its lines: these are in its currency, and would be something else in another."""
        return bool(self.shipping or self.discount_amount)

    def draw_up(self, facts: Mapping[str, Any], picks: Sequence[Pick] | None, have: Sequence[Line]) -> list[Line]:
        """Take wishes up without writing anything: the lines as they would be, the sum in this row's columns.

        `facts` by the names in FACTS; `picks`: what is to be in it, None: what it has (`have`), whose prices stay as
        they were copied. Raises BadInput.
        """
        bound = self.has_amounts
        self.take_up(facts)
        lines = list(have) if picks is None else self.picked(picks, have, bound=bound)
        sums = reckon([line.item for line in lines], self.terms)
        if sums.subtotal + sums.shipping + sums.tax > money.MOST:
            raise BadInput(_t("This is too much."), field="lines")
        for line, part in zip(lines, sums.parts, strict=True):
            line.cost(part)
        self.subtotal, self.discount, self.tax, self.total = sums.subtotal, sums.discount, sums.tax, sums.total
        return lines

    def take_up(self, facts: Mapping[str, Any]) -> None:
        if facts.get("discount_amount") and facts.get("discount_percent"):
            raise BadInput(_t("A discount is an amount or a percentage, not both."), field="discount_percent")
        for name, value in facts.items():
            if name not in FACTS:
                raise BadInput(_t("An order has no such field."), field=name)
            try:
                setattr(self, name, self._meta.get_field(name).clean(value, self))  # type: ignore[union-attr]
            except ValidationError as error:
                raise BadInput(" ".join(error.messages), field=name) from error
        # One takes the place of the other.
        if facts.get("discount_amount"):
            self.discount_percent = Decimal(0)
        if facts.get("discount_percent"):
            self.discount_amount = 0

    def picked(self, picks: Sequence[Pick], there: Sequence[Line], *, bound: bool) -> list[Line]:
        """The lines for these picks: those there are, with the new quantity, and copies of what is new.

        `bound`: to its currency, whatever is in it. Raises BadInput.
        """
        have = {line.variant_id: line for line in there}
        wanted = counted(picks)
        variants = Variant.objects.to_sell([number for number in wanted if number not in have])
        stays = {self.currency} if bound or have.keys() & wanted.keys() else set()
        self.agree_on_currency({variant.product.currency for variant in variants.values()} | stays)
        lines = []
        for position, (number, quantity) in enumerate(wanted.items()):
            line = have[number] if number in have else Line.of(variants[number])
            line.quantity, line.position = quantity, position
            lines.append(line)
        return lines

    def agree_on_currency(self, codes: set[str]) -> None:
        """An order has one currency: that of the first thing that is put into it. Raises BadInput."""
        if len(codes) > 1:
            raise BadInput(_t("An order has one currency; these are in several."), field="lines")
        if codes:
            self.currency = codes.pop()


def counted(picks: Sequence[Pick]) -> dict[int, int]:
    """How many of each variant, in the order in which they were picked; none of it is not there. Raises BadInput."""
    wanted: dict[int, int] = {}
    for pick in picks:
        wanted[pick.variant] = wanted.get(pick.variant, 0) + pick.quantity
    found = {variant: quantity for variant, quantity in wanted.items() if quantity}
    if len(found) > MOST_LINES:
        raise BadInput(_t("An order has at most %(most)s lines.") % {"most": MOST_LINES}, field="lines")
    if any(not 0 < quantity <= MOST_OF_ONE for quantity in found.values()):
        raise BadInput(_t("A quantity is between 1 and %(most)s.") % {"most": MOST_OF_ONE}, field="lines")
    return found
