"""An order on paper, set by the same hand as transcripts."""

from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from conversations.transcripts import paper
from conversations.transcripts.paper import words
from orders import money
from orders.models import Line, Order
from orders.sums import Amount, amounts, written

SHEET = Path(__file__).parent / "paper.typ"


def write(order: Order, out: IO[bytes]) -> None:
    out.write(paper.pdf(drawn(order), SHEET))


def drawn(order: Order) -> dict[str, Any]:
    """Everything that stands on it, in the reader's language."""
    title = _("Order %(number)s") % {"number": order}
    return paper.manners() | {
        "title": title,
        "heading": words(title),
        "facts": [words(line) for line in facts(order)],
        "to": [words(line) for line in address(order)],
        "columns": [words(each) for each in (_("What"), _("SKU"), _("Quantity"), _("Price"), _("Tax"), _("Amount"))],
        "lines": [line_on_paper(line, order.currency) for line in order.lines.all()],
        "sums": [(words(name), amount, is_total) for name, amount, is_total in sums(order)],
        "notes": [words(line) for line in order.notes.splitlines()],
    }


def facts(order: Order) -> list[str]:
    at = order.placed_at or order.created_at
    found = [f"{order.get_state_display()} · {date_format(localtime(at), 'DATE_FORMAT')}"]
    return found + ([_("Paid by %(method)s") % {"method": order.payment_method}] if order.paid_at else [])


def address(order: Order) -> list[str]:
    return [*order.addressee, *filter(None, (order.email, order.phone))]


def line_on_paper(line: Line, currency: str) -> list[Any]:
    cells = [str(line.quantity), money.written(line.price, currency), f"{percent(line.tax_rate)} %"]
    return [words(line.label), words(line.sku), *cells, money.written(line.amount, currency)]


def sums(order: Order) -> list[tuple[str, str, bool]]:
    """What leads from the lines to the total (True), without what is nothing; then tax in it, and what went back."""
    before = amounts(order)
    after = [before.pop()] if order.tax_included else []
    after.append((_("Refunded"), order.refunded))
    total = (_("Total"), order.total_written, True)
    return [*shown(before, order.currency), total, *shown(after, order.currency)]


def shown(found: list[Amount], currency: str) -> list[tuple[str, str, bool]]:
    return [(*each, False) for each in written([each for each in found if each[1]], currency)]


def percent(rate: Decimal) -> str:
    """19, 8.875: without zeros that say nothing."""
    return f"{rate.normalize():f}"
