"""What a way to pay is to the rest of Monty. Nothing outside this package asks for a method's kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

if TYPE_CHECKING:
    from orders.models import Order


@dataclass(frozen=True, slots=True)
class Paid:
    """What a provider told: this order was paid. `amount` in the currency's minor unit; `id` is the provider's own."""

    id: str
    order: UUID
    amount: int
    currency: str


class Method:
    """One way to pay. A subclass is one file in this folder; what it does not override it does not have."""

    kind: ClassVar[str]
    label: ClassVar[Any]

    @property
    def is_set_up(self) -> bool:
        return True

    def link(self, order: "Order") -> str:
        """Where the customer pays; "" if that is not done on a page."""
        return ""

    def words(self, order: "Order") -> str:
        """What the customer is told about paying; "" if the link says it all."""
        return ""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the provider signed these very bytes, a moment ago. Compares in constant time."""
        return False

    def parse(self, raw: Any) -> Paid | None:
        """What a notice (decoded JSON, any value at all) says; None: nothing about a payment. Total: raises nothing."""
        return None
