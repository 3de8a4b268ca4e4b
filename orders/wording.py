"""What a customer is told of an order, in their language: a line where cards are shown, the whole of it elsewhere."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.border import QuickReply
from orders import cards, money

if TYPE_CHECKING:
    from orders.models import Order

# So many lines stand in a message, fewer where the channel takes less; the order's page has all of them.
MOST_LINES = (10, 5, 2, 0)
LONGEST_NAME = 60
# Characters: above buttons WhatsApp takes no more.
LONGEST = 1024
PAYLOAD = "order:"

# What has become of it, by the state it is in.
NEWS = {
    "draft": gettext_lazy("Your order has changed. Please look at it again."),
    "placed": gettext_lazy("Thank you! We have your order %(number)s."),
    "paid": gettext_lazy("Thank you! Your order %(number)s is paid."),
    "fulfilled": gettext_lazy("Your order %(number)s is on its way, or done."),
    "cancelled": gettext_lazy("Your order %(number)s was cancelled."),
    "refunded": gettext_lazy("Your order %(number)s: the money is on its way back to you."),
}


def offered(order: "Order", link: str) -> str:
    """To be looked at, and confirmed if it was not. `link`: where, if the channel shows no cards."""
    wanted = cards.wants_consent(order)
    if not link:
        return _("Here is your order. Please look at it and confirm it.") if wanted else _("Here is your order.")
    end = [link]
    if wanted:
        ask = _("Please look at it and confirm it here: %(link)s") % {"link": link}
        end = [ask, _("Or answer “%(word)s”.") % {"word": words()[0]}]
    drafts = ["\n".join([_("Your order:"), *summary(order, most), "", *end]) for most in MOST_LINES]
    return next((each for each in drafts if fits(each, order)), drafts[-1])


def changed(order: "Order", link: str) -> str:
    """Something has become of it."""
    return "\n".join(filter(None, [asked_to_pay(order, link) or news(order), link]))


def news(order: "Order") -> str:
    number = {"number": order.number}
    if order.state == "placed" and not order.offer.is_current:
        return _("Your order %(number)s has changed. Please look at it and confirm it again.") % number
    if order.state in ("paid", "fulfilled") and order.refunded:
        back = {"amount": money.written(order.refunded, order.currency)}
        return _("Of your order %(number)s %(amount)s went back to you.") % (number | back)
    return NEWS[order.state] % number


def asked_to_pay(order: "Order", link: str) -> str:
    """Where cards are shown, the card leads there."""
    if order.state != "placed" or not order.payment_method or not order.offer.is_current:
        return ""
    facts = {"number": order.number, "total": order.total_written, "pay": order.payment_link}
    if link and order.payment_link:
        return _("Please pay %(total)s for your order %(number)s here: %(pay)s") % facts
    return _("Please pay %(total)s for your order %(number)s.") % facts


def fits(text: str, order: "Order") -> bool:
    can = order.conversation.channel.adapter.can
    return len(text) <= LONGEST and can.length(text) <= can.text


def summary(order: "Order", most: int) -> list[str]:
    lines = list(order.lines.all())
    told = [
        f"{line.quantity} × {shortened(line.label)}: {money.written(line.amount, order.currency)}" for line in lines
    ]
    if len(lines) > most:
        told = [*told[:most], _("%(number)s more") % {"number": len(lines) - most}]
    total = _("Total: %(total)s") % {"total": money.written(order.total, order.currency)}
    return [*told, total]


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1]}…"


def words() -> list[str]:
    """What a customer may answer to confirm; the first is the one they are told of."""
    # Translators: answers that mean “I confirm this order”, separated by commas, the plainest one first.
    return [word.strip() for word in _("yes, confirm, i confirm, ok, okay").split(",")]


def button(order: "Order") -> tuple[QuickReply, ...]:
    """One to confirm by, where the channel has buttons and shows no cards."""
    can = order.conversation.channel.adapter.can
    if can.cards or not can.quick_replies or not cards.wants_consent(order):
        return ()
    title = _("Confirm order")[: can.longest_title(1) or 80]
    return (QuickReply(title, payload(order.uuid, order.revision)),)


def payload(order: UUID, revision: int) -> str:
    """What comes back when the button is pressed: for the order as it was shown, and no other."""
    return f"{PAYLOAD}{order}:{revision}"
