"""Draw up an order for the customer, and show it to them to be confirmed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import SKU, group, many, one_of, sku_problems, whole
from flows.nodes.base import Exit, Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from monty.errors import MontyError
from orders.models.line import MOST_LINES, MOST_OF_ONE
from orders.wishes import picks_of

if TYPE_CHECKING:
    from flows.stage import Stage

ITEM = group(
    {
        "sku": SKU,
        "quantity": whole(_("Quantity"), 1, MOST_OF_ONE, 1),
    },
    "sku",
)


class CreateOrder(NodeType):
    """Where it is not possible (sold out, a draft is open, the window is shut) it leaves by its other exit."""

    type = "create_order"
    label = _("Create order")
    hint = _("An order for the customer, who confirms it on its card, by its link or with a word.")
    icon = "shopping-bag"
    place = 47
    fields = {
        "items": many(_("What is in it"), ITEM, least=1, most=MOST_LINES),
        "then": one_of(_("Then"), ("send", "draft"), (_("Send it to the customer"), _("Leave it as a draft")), "send"),
    }
    required = ("items",)
    ways = (Exit("ok", _("It is made")), Exit("failed", _("It was not possible")))

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        skus = {f"items.{number}.sku": each["sku"] for number, each in enumerate(self.field("items"))}
        yield from sku_problems(skus, around)

    def enter(self, stage: "Stage") -> Outcome:
        try:
            stage.create_order(picks_of(self.field("items")), send=self.field("then", "send") == "send")
        except MontyError as refused:
            stage.remember_problem(str(refused.detail))
            return Leave("failed")
        return Leave("ok")
