"""Show products of the catalogue: names, prices and pictures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import SKU, many, sku_problems, text, text_problems
from flows.nodes.base import Exit, Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from orders import pictures
from orders.models import Variant

if TYPE_CHECKING:
    from flows.stage import Stage

# As many as one message can carry pictures.
MOST = 10


class ShowProducts(NodeType):
    """As the catalogue has them when a customer comes here; what is not on sale then is left out."""

    type = "show_products"
    label = _("Show products")
    hint = _("Names, prices and pictures, as the catalogue has them at that moment.")
    icon = "image"
    place = 46
    fields = {
        "text": text(_("Said before them"), least=0),
        "items": many(_("Products"), SKU, least=1, most=MOST),
    }
    required = ("items",)
    ways = (Exit("next", _("Next")), Exit("none", _("None of them is on sale")))

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        yield from text_problems("text", self.field("text", ""), around)
        yield from sku_problems({f"items.{number}": sku for number, sku in enumerate(self.field("items"))}, around)

    def enter(self, stage: "Stage") -> Outcome:
        there = Variant.objects.on_sale().of_sku(self.field("items"))
        shown = [there[sku] for sku in self.field("items") if sku in there]
        if not shown:
            return Leave("none")
        lines = [f"{each}: {each.price_written}" for each in shown]
        products = dict.fromkeys(each.product for each in shown)
        stage.say(
            "\n".join([*filter(None, [self.field("text", "")]), *lines]),
            pictures=[pictures.as_file(product) for product in products if product.picture],
        )
        return Leave("next")
