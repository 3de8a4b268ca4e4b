"""The order: what a conversation led to, from draft to fulfilled, and the verbs between."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from conversations.models import Conversation, Event
from monty.fsm import Unchanged, verb
from orders import changes, money
from orders.errors import DraftOpen
from orders.models.line import Pick
from orders.models.offer import Offer
from orders.models.offered import Offered
from orders.models.order_queries import OrderQuerySet
from orders.models.paid import Paid
from orders.models.states import OPEN, OrderState
from orders.models.version import Version
from teams.models import Teammate

NOTHING: Mapping[str, Any] = {}


class Order(Offered, Paid):
    """Its conversation's row is locked before its own, always; then variants by their ids, then the year."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="orders", verbose_name=_("conversation")
    )
    # What the customer's own page is found by.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = FSMField(_("state"), max_length=10, choices=OrderState.choices, default=OrderState.DRAFT, editable=False)
    # Whoever asks twice with the same key gets the same order.
    key = models.CharField(max_length=64, blank=True, editable=False)
    # A draft that somebody wanted beside the open one.
    beside = models.BooleanField(default=False, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("made by"),
    )
    # The flow that made it, by its name.
    flow = models.CharField(_("flow"), max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    # Of what `start` returns: it was not there before.
    is_new = False

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [("refund_order", "Can refund orders")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(
                condition=Q(state=OrderState.DRAFT, number="")
                | Q(state=OrderState.CANCELLED)
                | (~Q(state=OrderState.DRAFT) & ~Q(number="") & Q(placed_at__isnull=False)),
                name="order_has_number_once_placed",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="order_number_once"),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state=OrderState.DRAFT, beside=False),
                name="one_open_draft_in_a_conversation",
            ),
            models.UniqueConstraint(fields=["conversation", "key"], condition=~Q(key=""), name="order_once_for_a_key"),
            models.UniqueConstraint(
                fields=["payment_method", "payment_reference"],
                condition=~Q(payment_reference=""),
                name="payment_pays_one_order",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("total")), name="order_refunded_at_most_the_total"
            ),
            models.CheckConstraint(
                condition=Q(tax_included=True, total=F("subtotal") - F("discount") + F("shipping"))
                | Q(tax_included=False, total=F("subtotal") - F("discount") + F("shipping") + F("tax")),
                name="order_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="order_of_conversation"),
            models.Index(fields=["state", "-id"], name="order_by_state"),
            models.Index(fields=["placed_at"], name="order_by_day", condition=Q(placed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft %(number)s") % {"number": self.pk})

    @property
    def is_open(self) -> bool:
        """It may still be changed."""
        return self.state in OPEN

    @property
    def shown_in(self) -> list[int]:
        """Messages under which its card stands: those lines of the thread say something else now."""
        shown = Offer.objects.filter(order=self).values_list("messages", flat=True) if self.sent_at else ()
        return next(iter(shown), [])

    @property
    def total_written(self) -> str:
        return money.written(self.total, self.currency)

    # --- Verbs ------------------------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        conversation: Conversation,
        facts: Mapping[str, Any] = NOTHING,
        picks: Sequence[Pick] = (),
        *,
        by: Teammate | None,
        key: str = "",
        another: bool = False,
        flow: str = "",
    ) -> "Order":
        """A draft in this conversation, made out to its customer. The same `key` again: the order it made before.

        Raises DraftOpen if there is one already, unless `another` is wanted; BadInput. See `Priced.draw_up`.
        """
        with transaction.atomic():
            held = Conversation.for_change().select_related("identity__contact").get(pk=conversation.pk)
            earlier = cls.objects.filter(conversation=held, key=key).first() if key else None
            if earlier is not None:
                return earlier
            there = None if another else cls.objects.open_draft(held)
            if there is not None:
                raise DraftOpen(_t("This conversation has an open draft already."), order=there.pk)
            order = cls(conversation=held, made_by=by, key=key[:64], beside=another, flow=flow[:80])
            order.make_out(by)
            lines = order.draw_up(facts, picks, [])
            order.save()
            order.keep_lines(lines)
            cls.write([order.record("create", by=by, was={})])
        order.is_new = True
        return order

    @verb(source=OPEN)
    def change(
        self,
        facts: Mapping[str, Any] = NOTHING,
        picks: Sequence[Pick] | None = None,
        *,
        by: Teammate | None,
        seen: int | None = None,
    ) -> dict[str, Any]:
        """Other lines or facts. Once it is placed, the difference is kept for the customer, who has to confirm anew.

        `seen`: the revision that was on screen; raises Overtaken if it is not any more; BadInput, OutOfStock.
        """
        self.demand_seen(seen)
        have = list(self.lines.all())
        before, terms = changes.picture(self, have), self.terms
        took = {line.variant_id: line.reserved for line in have}
        lines = self.draw_up(facts, picks, have)
        found = changes.between(before, changes.picture(self, lines))
        if not found and terms == self.terms:
            raise Unchanged
        self.revision += 1
        if self.state == OrderState.PLACED:
            self.demand_lines(lines)
            self.reserve(lines, took)
            self.confirmed_at = None
            Version.objects.create(order=self, number=self.revision, by=by, changes=found)
        self.keep_lines(lines)
        return {"changes": found}

    @verb(source=[OrderState.DRAFT], target=OrderState.PLACED)
    def place(self, *, by: Teammate | None, seen: int | None = None) -> None:
        """It is wanted: gets its number and what it needs of the stock. Raises BadInput, OutOfStock, Overtaken."""
        self.demand_seen(seen)
        self.book()

    @verb(source=[OrderState.PAID], target=OrderState.FULFILLED)
    def fulfil(self, *, by: Teammate | None) -> None:
        """It was handed over, sent or done."""

    @verb(source=OPEN, target=OrderState.CANCELLED)
    def cancel(self, *, by: Teammate | None, reason: str = "") -> dict[str, Any]:
        """Nothing comes of it; what it held goes back into the stock. What was paid is refunded instead."""
        self.put_back()
        self.ended_at = timezone.now()
        return {"reason": reason.strip()[:300]} if reason.strip() else {}

    # --- The record -------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        conversation = Conversation.for_change().select_related("identity__contact").get(pk=self.conversation_id)
        super().lock()
        self.conversation = conversation

    def record(self, verb: str, *, by: Teammate | None, was: dict[str, Any], **data: Any) -> Event:
        """A line of the conversation's timeline; “edit” is a change that the customer does not hear of."""
        name = "edit" if verb == "change" and self.state == OrderState.DRAFT else verb
        facts: dict[str, Any] = {
            "order": self.pk,
            "number": self.number,
            "total": self.total,
            "currency": self.currency,
        }
        told = facts | {"order_state": self.state, "flow": self.flow, "messages": self.shown_in} | data
        return self.conversation.record(f"{name}_order", by=by, was={}, **told)

    @classmethod
    def write(cls, records: Sequence[Event]) -> None:
        Conversation.write(records)

    # --- Parts of verbs ---------------------------------------------------------------------------------------------

    def make_out(self, by: Teammate | None) -> None:
        """To the customer, as they are known, and where their last order went."""
        contact = self.conversation.contact
        self.name, self.email, self.phone = contact.display_name, contact.email, contact.phone
        self.address = Order.objects.last_address(self.conversation, by=by)
