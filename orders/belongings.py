"""A customer's orders, in what is handed out to them of everything that is known."""

from typing import Any

from rest_framework import serializers

from conversations.contacts import belongings
from conversations.models import Contact, Event
from orders.models import Order
from orders.serializers import OrderSerializer


class TheirOrderSerializer(OrderSerializer):
    """`changed`: what became different after it was placed; `wishes`: what they wanted changed."""

    changed = serializers.SerializerMethodField()
    wishes = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields = [
            *(name for name in OrderSerializer.Meta.fields if name not in ("id", "made_by", "flow", "allowed")),
            *("payment_reference", "ended_at", "changed", "wishes"),
        ]
        read_only_fields = fields

    def get_changed(self, order: Order) -> list[dict[str, Any]]:
        return [{"at": version.at, "changes": version.sentences} for version in order.versions.all()]

    def get_wishes(self, order: Order) -> list[dict[str, Any]]:
        asked = Event.objects.filter(conversation=order.conversation_id, verb="request_change_order")
        asked = asked.filter(data__order=order.pk).order_by("pk")
        return [{"at": event.at, "text": event.data.get("text", "")} for event in asked]


def connect() -> None:
    belongings.add_part("orders", facts)


def facts(contact: Contact) -> Any:
    """Every one of them, on any channel, oldest first; drafts too."""
    rows = Order.objects.of_contact(contact).for_rest().prefetch_related("versions__order").order_by("pk")
    return TheirOrderSerializer(rows, many=True).data
