"""Orders in the admin: looked at, and moved on by their verbs."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import InSight
from conversations.words import parsed
from monty.admin import RowsInline, one_of
from monty.admin_buttons import VerbAdmin
from orders import money
from orders.doors import BUTTONS
from orders.models import Line, Order, OrderState, Version


def amount(column: str, name: Any) -> Callable[[Any, Order], str]:
    """A column of minor units, as people write it."""

    @admin.display(description=name)
    def shown(_self: Any, row: Order) -> str:
        return money.written(getattr(row, column), row.currency)

    return shown


class LookedAt(RowsInline):
    """Rows that go with their order, and are changed by its verbs only."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(LookedAt):
    model = Line
    readonly_fields = ["label", "sku", "quantity", "one", "tax_rate", "all_of_them"]
    fields = [*readonly_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Line]:
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("name"))
    def label(self, row: Line) -> str:
        return row.label

    @admin.display(description=_("price"))
    def one(self, row: Line) -> str:
        return money.written(row.price, row.order.currency)

    @admin.display(description=_("amount"))
    def all_of_them(self, row: Line) -> str:
        return money.written(row.amount, row.order.currency)


class VersionInline(LookedAt):
    model = Version
    readonly_fields = ["number", "at", "by", "words"]
    fields = [*readonly_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).select_related("order", "by")

    @admin.display(description=_("changes"))
    def words(self, row: Version) -> str:
        return "\n".join(row.sentences)


@admin.register(Order)
class OrderAdmin(InSight, VerbAdmin):
    buttons = BUTTONS
    list_display = ["subject", "customer", "state_badge", "total_shown", "channel", "team", "made_by", "placed_at"]
    list_filter = [one_of("state", _("state"), OrderState.choices), "conversation__channel", "conversation__team"]
    ordering = ["-pk"]
    sortable_by = ()
    search_fields = ["number"]
    search_help_text = _("An order's number, or the customer's name, e-mail or phone number.")
    fieldsets = [
        (None, {"fields": [("state_badge", "total_shown"), ("talk", "channel", "team"), ("made_by", "flow")]}),
        (_("Sum"), {"fields": [("subtotal_shown", "discount_shown"), ("shipping_shown", "tax_shown", "tax_included")]}),
        (_("Customer"), {"fields": [("name", "email", "phone"), "address", "notes"]}),
        (_("Payment"), {"fields": [("payment_method", "payment_reference"), "payment_link", "refunded_shown"]}),
        (
            _("Time"),
            {"fields": [("created_at", "sent_at", "confirmed_at"), ("placed_at", "paid_at", "ended_at"), "revision"]},
        ),
    ]
    inlines = [LineInline, VersionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).complete()  # type: ignore[attr-defined]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        words = parsed(search_term)
        return (queryset.having(words) if words else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Numbers have no gaps."""
        return False

    # --- Columns ----------------------------------------------------------------------------------------------------

    @admin.display(description=_("order"))
    def subject(self, row: Order) -> str:
        return str(row)

    @admin.display(description=_("customer"))
    def customer(self, row: Order) -> str:
        return row.name or row.conversation.contact.display_name

    @admin.display(description=_("state"))
    def state_badge(self, row: Order) -> str:
        return format_html('<span class="badge order-{}">{}</span>', row.state, row.get_state_display())

    @admin.display(description=_("channel"))
    def channel(self, row: Order) -> str:
        return row.conversation.channel.name

    @admin.display(description=_("team"))
    def team(self, row: Order) -> str:
        return str(row.conversation.team or "–")

    @admin.display(description=_("conversation"))
    def talk(self, row: Order) -> str:
        url = reverse("conversation", args=[row.conversation_id])
        return format_html('<a href="{}">{}</a>', url, row.conversation)

    subtotal_shown = amount("subtotal", _("subtotal"))
    discount_shown = amount("discount", _("discount"))
    shipping_shown = amount("shipping", _("shipping"))
    tax_shown = amount("tax", _("tax"))
    total_shown = amount("total", _("total"))
    refunded_shown = amount("refunded", _("refunded"))
