"""What differs between an order before and after, as plain values that are kept, and in words. Pure.

A change is {"what": "line" | a field, "name": of the line, "before": …, "after": …}; amounts in minor units, 0 of a
line: it is not there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import money

Change = dict[str, Any]

# Of the order as a whole, in the order in which they are told; those in AMOUNTS are money.
FIELDS = {
    "discount": gettext_lazy("Discount"),
    "shipping": gettext_lazy("Shipping"),
    "tax": gettext_lazy("Tax"),
    "total": gettext_lazy("Total"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
    "notes": gettext_lazy("Notes"),
}
AMOUNTS = {"discount", "shipping", "tax", "total"}
# Of no customer in particular.
NAMELESS = {"line", *AMOUNTS}


def picture(order: Any, lines: Sequence[Any]) -> dict[str, Any]:
    """What a customer may see of an order: two of these are compared."""
    seen = {name: getattr(order, name) for name in FIELDS}
    return seen | {"lines": {line.sku: (line.label, line.quantity) for line in lines}}


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    was, now = before["lines"], after["lines"]
    found = []
    for sku in [*was, *(sku for sku in now if sku not in was)]:
        name = (now.get(sku) or was[sku])[0]
        old, new = was.get(sku, ("", 0))[1], now.get(sku, ("", 0))[1]
        if old != new:
            found.append({"what": "line", "name": name, "before": old, "after": new})
    differing = [name for name in FIELDS if before[name] != after[name]]
    return found + [{"what": name, "before": before[name], "after": after[name]} for name in differing]


def nameless(changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if change["what"] in NAMELESS]


def sentences(changes: Sequence[Change], currency: str) -> list[str]:
    return [sentence(change, currency) for change in changes]


def sentence(change: Change, currency: str) -> str:
    if change["what"] == "line":
        return line_sentence(change)
    words = {"what": str(FIELDS[change["what"]])}
    for side in ("before", "after"):
        value = change[side]
        words[side] = money.written(value, currency) if change["what"] in AMOUNTS else " ".join(value.split())
    if not words["after"]:
        return _("%(what)s removed: %(before)s") % words
    return (_("%(what)s: %(before)s → %(after)s") if words["before"] else _("%(what)s: %(after)s")) % words


def line_sentence(change: Change) -> str:
    if not change["before"]:
        return _("Added: %(after)s × %(name)s") % change
    if not change["after"]:
        return _("Removed: %(before)s × %(name)s") % change
    return _("%(name)s: %(before)s → %(after)s") % change
