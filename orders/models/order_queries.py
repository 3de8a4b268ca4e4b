"""Questions about orders. Start from the person: `Order.objects.visible_to(ana)`."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, F, Prefetch, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from conversations.models import Contact, Conversation
from conversations.models.finding import Finds
from conversations.words import Words
from orders.models.line import Line
from orders.models.offer import Offer
from orders.models.priced import DETAILS
from orders.models.states import SOLD, OrderState
from orders.models.version import Version
from teams.models import Teammate

if TYPE_CHECKING:
    from orders.models.order import Order


class Dimension(models.TextChoices):
    """By what orders are added up."""

    DAY = "day", _("Day")
    CHANNEL = "channel", _("Channel")
    TEAM = "team", _("Team")
    TEAMMATE = "teammate", _("Teammate")
    FLOW = "flow", _("Flow")


# What that is of an order; a day is one of the reader's.
VALUES: dict[Dimension, Any] = {
    Dimension.DAY: TruncDate("placed_at"),
    Dimension.CHANNEL: F("conversation__channel__name"),
    Dimension.TEAM: F("conversation__team__name"),
    Dimension.TEAMMATE: F("made_by"),
    Dimension.FLOW: F("flow"),
}


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, teammate: Teammate) -> "OrderQuerySet":
        """Those of the conversations that they see."""
        if teammate.oversees:
            return self.all()
        return self.filter(conversation__in=Conversation.objects.visible_to(teammate))

    def of_conversation(self, conversation: Conversation) -> "OrderQuerySet":
        return self.filter(conversation=conversation)

    def of_contact(self, contact: Contact) -> "OrderQuerySet":
        """On any channel."""
        return self.filter(conversation__identity__contact=contact)

    def last_address(self, conversation: Conversation, *, by: Teammate | None) -> str:
        """Where their last order went that this person sees; for Monty itself, of this conversation. "" if unknown."""
        seen = self.of_contact(conversation.contact).visible_to(by) if by else self.of_conversation(conversation)
        return seen.exclude(address="").newest_first().values_list("address", flat=True).first() or ""

    def open_draft(self, conversation: Conversation) -> "Order | None":
        """The one that “Create Order” goes on with."""
        return self.filter(conversation=conversation, state=OrderState.DRAFT, beside=False).first()

    def sold(self) -> "OrderQuerySet":
        """Placed, and neither cancelled nor wholly refunded."""
        return self.filter(state__in=SOLD)

    def having(self, words: Words) -> "OrderQuerySet":
        """Those with these words in their number or the customer's name, e-mail or phone number."""
        return self.filter(Finds("number", "name", "email", "phone", words=words))

    def follow(self, conversation: int, into: int) -> None:
        """Two conversations became one: the orders of the first are the other's, its drafts beside the open one."""
        theirs = self.filter(conversation=conversation)
        theirs.filter(state=OrderState.DRAFT).update(beside=True)
        theirs.update(conversation=into)

    def forget(self, conversations: Collection[int]) -> None:
        """For whom they are and where to goes, for good; what was ordered and what it costs stays for the books."""
        theirs = self.filter(conversation__in=conversations)
        for version in Version.objects.filter(order__in=theirs):
            version.forget()
        # Without it nobody is told anything any more, and the customer's page is shut.
        Offer.objects.filter(order__in=theirs).delete()
        theirs.update(**dict.fromkeys(DETAILS, ""), payment_link="")

    def newest_first(self) -> "OrderQuerySet":
        return self.order_by("-pk")

    def complete(self) -> "OrderQuerySet":
        """With everything that is shown of them, in one query more."""
        rows = self.select_related(
            "conversation__identity__contact", "conversation__channel", "conversation__team", "made_by"
        )
        return rows.prefetch_related(Prefetch("lines", Line.objects.select_related("variant__product")))

    def for_rest(self) -> "OrderQuerySet":
        """With everything REST shows of them, in one query more."""
        return self.prefetch_related("lines")

    def as_shown(self) -> "OrderQuerySet":
        """With all that its card and its page say to the customer, who has been shown it."""
        return self.complete().filter(offer__isnull=False).select_related("offer").prefetch_related("versions")

    def totals_by(self, dimension: Dimension) -> "models.QuerySet[Order, dict[str, object]]":
        """How many, for how much, and what went back, by value (`by`; the newest day first) and currency."""
        sums = {"orders": Count("pk"), "sum": Sum("total"), "back": Sum("refunded")}
        rows = self.order_by().values("currency", by=VALUES[dimension]).annotate(**sums)
        return rows.order_by("-by" if dimension == Dimension.DAY else "by", "currency")
