"""How an order is shown to its customer: by which messages, until when, and what they have yet to hear of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models import Message
from orders.models.states import OPEN

if TYPE_CHECKING:
    from orders.models.order import Order

# What should have been told within milliseconds and was not, has lost its process.
OVERDUE = timedelta(seconds=2)


class OfferQuerySet(models.QuerySet["Offer"]):
    def complete(self) -> "OfferQuerySet":
        """With all that is asked to tell its customer something, or to hear them."""
        return self.select_related(
            "order__conversation__channel", "order__conversation__identity__contact", "order__conversation__team"
        )

    def untold(self) -> "OfferQuerySet":
        """Something has happened that the customer has not heard of."""
        return self.filter(news__gt=F("told"))

    def to_tell(self) -> "OfferQuerySet":
        """Of these a task was lost, or the customer has written since it was not possible to tell them."""
        lost = Q(kept_at=None, news_at__lt=timezone.now() - OVERDUE)
        possible_again = Q(kept_at__isnull=False, order__conversation__inquiry_at__gt=F("kept_at"))
        return self.untold().filter(lost | possible_again)

    def to_hear(self) -> "OfferQuerySet":
        """The customer may confirm, and has written what nobody has looked at yet."""
        theirs = Message.objects.of_contact().filter(conversation=OuterRef("order__conversation"))
        unheard = Exists(theirs.filter(pk__gt=OuterRef("heard")))
        return self.filter(unheard, order__state__in=OPEN, order__confirmed_at=None)

    def note_news(self, order: int, event: int) -> None:
        """The customer is to hear of this event; of one that is known already it changes nothing."""
        fresh = self.filter(order=order, news__lt=event)
        fresh.update(news=event, news_at=timezone.now(), kept_at=None, kept_because="")


class Offer(models.Model):
    """There is one of each order that its customer has been shown."""

    order: "models.OneToOneField[Order, Order]" = models.OneToOneField(
        "orders.Order", on_delete=models.CASCADE, related_name="offer", verbose_name=_("order")
    )
    # Which revision they have on screen, until when the links in its messages open the page, and by which messages
    # (ids; the last one is the newest).
    revision = models.PositiveIntegerField(_("revision shown"))
    until = models.DateTimeField(_("link valid until"))
    messages = models.JSONField(default=list)
    # The customer's messages up to this one were listened to.
    heard = models.BigIntegerField(default=0)
    # Of numbers of events: the last that the customer is to hear of, and the last that they have heard of.
    news = models.BigIntegerField(default=0)
    news_at = models.DateTimeField(null=True, blank=True)
    told = models.BigIntegerField(default=0)
    # It could not be told (the window was shut), and waits until the customer writes.
    kept_at = models.DateTimeField(_("not told since"), null=True, blank=True)
    kept_because = models.CharField(_("why it was not told"), max_length=300, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [models.Index(fields=["news_at"], name="offer_untold", condition=Q(news__gt=F("told")))]

    def __str__(self) -> str:
        return str(self.order)

    @property
    def is_current(self) -> bool:
        """What the customer was shown is what the order says."""
        return self.revision == self.order.revision

    def show(self, message: Message, *, until: datetime) -> None:
        """The customer is shown the order as it is now, by this message; everything before is known by it."""
        self.revision, self.until = self.order.revision, until
        self.messages = [*self.messages, message.pk]
        self.heard = max(self.heard, message.pk)
        self.settle()

    def settle(self) -> None:
        """They have heard of everything."""
        self.told, self.kept_at, self.kept_because = self.news, None, ""
        self.save()

    def keep(self, because: str) -> None:
        """They could not be told."""
        self.kept_at, self.kept_because = timezone.now(), because[:300]
        self.save()
