"""By what orders and products may be narrowed down, on the page as in REST."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from channels_app.models import Channel
from conversations.inbox.filters import DAYS, plain
from conversations.inbox.narrowing import beginning
from conversations.words import parsed
from monty.rest import IdFilter
from orders.models import Kind, Order, OrderState, Product, Variant
from orders.models.order_queries import OrderQuerySet
from teams.models import Team, Teammate


class DayFilter(filters.DateFilter):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(validators=DAYS, input_formats=["%Y-%m-%d"], widget=widget, **kwargs)


class OrderFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Words in the number or in the customer's name, e-mail or phone number."),
        method="with_words",
        max_length=200,
    )
    state = filters.MultipleChoiceFilter(label=_("State"), choices=OrderState.choices)
    channel = filters.ModelChoiceFilter(
        label=_("Channel"), field_name="conversation__channel", queryset=Channel.objects.all(), empty_label=_("Any")
    )
    team = filters.ModelChoiceFilter(
        label=_("Team"), field_name="conversation__team", queryset=Team.objects.all(), empty_label=_("Any")
    )
    made_by = filters.ModelChoiceFilter(label=_("Made by"), queryset=Teammate.objects.all(), empty_label=_("Anybody"))
    since = DayFilter(label=_("Placed since"), method="placed_since")
    until = DayFilter(label=_("Placed until"), method="placed_until")
    flow = filters.CharFilter(label=_("Name of the flow that made it"), max_length=80)
    conversation = IdFilter(label=_("Conversation"))
    contact = IdFilter(label=_("Contact"), field_name="conversation__identity__contact")

    class Meta:
        model = Order
        fields = ["q", "state", "channel", "team", "made_by", "since", "until", "flow", "conversation", "contact"]

    def with_words(self, orders: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        words = parsed(value)
        return orders.having(words) if words else orders

    def placed_since(self, orders: OrderQuerySet, name: str, value: date) -> OrderQuerySet:
        return orders.filter(placed_at__gte=beginning(value.isoformat()))

    def placed_until(self, orders: OrderQuerySet, name: str, value: date) -> OrderQuerySet:
        return orders.filter(placed_at__lt=beginning(value.isoformat(), after=1))

    @property
    def wishes(self) -> dict[str, Any]:
        """What was asked for, as plain values."""
        asked = {name: plain(value) for name, value in self.form.cleaned_data.items()}
        return {name: value for name, value in asked.items() if value not in ("", None, [])}


class ProductFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Words in the name, in a variant's name or in its SKU."), method="with_words", max_length=200
    )
    sku = filters.CharFilter(label=_("A variant's SKU"), method="with_sku", max_length=40)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    active = filters.BooleanFilter(label=_("On sale"))

    class Meta:
        model = Product
        fields = ["q", "sku", "kind", "active"]

    def with_words(self, products: Any, name: str, value: str) -> Any:
        words = parsed(value)
        return products.having(words) if words else products

    def with_sku(self, products: QuerySet, name: str, value: str) -> QuerySet:
        return products.filter(pk__in=Variant.objects.filter(sku=value).values("product"))
