"""What templates ask of orders."""

from django import template

from monty.admin_buttons import Offer
from orders import doors
from orders import money as arithmetic
from orders.models import Order
from teams.models import Teammate

register = template.Library()


@register.filter
def money(units: int, currency: str) -> str:
    """In the reader's language."""
    return arithmetic.written(units, currency)


@register.filter
def offered(order: Order, person: Teammate) -> list[Offer]:
    """The buttons that this person may press now."""
    return doors.offered(order, person)
