"""What a visitor does with an order's card: theirs alone, by the token of their chat."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.models import Identity
from conversations.webchat.door import Door, PerChannel, PerVisitor
from monty.rest import LARGEST_ID
from monty.schema import problem_responses
from orders import cards
from orders.bodies import OrderProblem
from orders.models import Order


class LineFactsSerializer(serializers.Serializer):
    picture = serializers.CharField(allow_blank=True, help_text="Its address; empty: there is none.")
    quantity = serializers.CharField()
    name = serializers.CharField()
    detail = serializers.CharField(help_text="The variant.")
    total = serializers.CharField()


class SumSerializer(serializers.Serializer):
    name = serializers.CharField()
    amount = serializers.CharField()


class LinkSerializer(serializers.Serializer):
    name = serializers.CharField()
    url = serializers.CharField()
    main = serializers.BooleanField(help_text="It is what the visitor is to do next.")


class CardFactsSerializer(serializers.Serializer):
    """An order's card, in the visitor's language; `confirm` are the words of its button, if there is one."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.CharField()
    tone = serializers.ChoiceField(choices=["open", "good", "over"])
    lines = LineFactsSerializer(many=True)
    sums = SumSerializer(many=True)
    total = SumSerializer(allow_null=True)
    note = serializers.CharField()
    confirm = serializers.CharField(allow_null=True)
    links = LinkSerializer(many=True)


class SeenSerializer(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="Of the card that they see.")


class Confirmation(Door):
    throttle_classes = [PerVisitor, PerChannel]

    @extend_schema(request=SeenSerializer, responses={200: CardFactsSerializer, **problem_responses(OrderProblem, 409)})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Confirm an order as its card shows it; the card as it is then. 409 if it was changed meanwhile."""
        seen = SeenSerializer(data=request.data)
        seen.is_valid(raise_exception=True)
        self.order().confirm(seen=seen.validated_data["version"], by=None)
        return Response(cards.facts(self.order()))

    def order(self) -> Order:
        """Raises Http404 also for somebody else's."""
        identity = Identity.objects.of_visitor(self.visitor)
        mine = Order.objects.filter(conversation__identity=identity)
        found = mine.filter(uuid=self.kwargs["order"]).as_shown().first()
        if identity is None or found is None:
            raise Http404
        return found
