"""What REST takes in the body of an order's verb, and what refusals look like."""

from typing import Any

from rest_framework import serializers

from conversations.models import Conversation
from monty.rest import LARGEST_ID
from monty.schema import ProblemSerializer
from orders.models import OrderState
from orders.models.line import MOST_LINES, MOST_OF_ONE
from orders.models.paid import LONGEST_REFERENCE


class Amount(serializers.DecimalField):
    """As in "19.00", in the order's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, min_value=0, **kwargs)


class Percent(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=3, min_value=0, max_value=100, **kwargs)


class Wanted(serializers.Serializer):
    """So many of a variant, named by its id or by its SKU."""

    variant = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    sku = serializers.CharField(required=False, max_length=40)
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=MOST_OF_ONE)


class Wishes(serializers.Serializer):
    """What is not named stays as it is. One of the two discounts takes the place of the other."""

    lines = serializers.ListField(
        child=Wanted(),
        required=False,
        max_length=MOST_LINES,
        help_text="All that is to be in it. Prices are the catalogue's; of what was in it already, those it had.",
    )
    discount_amount = Amount(required=False)
    discount_percent = Percent(required=False)
    shipping = Amount(required=False)
    shipping_tax_rate = Percent(required=False)
    tax_included = serializers.BooleanField(required=False)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    address = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class Create(Wishes):
    conversation = serializers.PrimaryKeyRelatedField(queryset=Conversation.objects.all())
    another = serializers.BooleanField(
        default=False, help_text="Also if the conversation has an open draft already (else: 409)."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only those one may see are there at all.
        person = self.context["request"].user if "request" in self.context else None
        if person is not None and person.is_authenticated:
            field: Any = self.fields["conversation"]
            field.queryset = Conversation.objects.visible_to(person)


class Change(Wishes):
    seen = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_ID,
        help_text="The revision that was read: if another is there, 409.",
    )


class Place(serializers.Serializer):
    seen = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_ID,
        help_text="The revision that was read: if another is there, 409.",
    )


class AskPayment(serializers.Serializer):
    method = serializers.CharField(max_length=40)
    link = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="https only.")


class Pay(serializers.Serializer):
    method = serializers.CharField(required=False, allow_blank=True, max_length=40)
    reference = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_REFERENCE,
        help_text="The provider's; it pays no other order.",
    )


class Refund(serializers.Serializer):
    amount = Amount(required=False, help_text="Without it: all that is left.")
    reason = serializers.CharField(max_length=300)


class OrderProblem(ProblemSerializer):
    """The state does not allow the verb (`state`, `allowed`), there is less than is wanted (`sku`, `left`), an open
    draft is there already (`order`), or the order has been changed meanwhile (`revision`).
    """

    verb = serializers.CharField(required=False)
    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    allowed = serializers.ListField(child=serializers.CharField(), required=False)
    sku = serializers.CharField(required=False)
    left = serializers.IntegerField(required=False)
    order = serializers.IntegerField(required=False)
    revision = serializers.IntegerField(required=False)


class SendProblem(ProblemSerializer):
    """The order is not open any more, or its conversation has ended (`state`, `allowed`); or `assignee` has it."""

    verb = serializers.CharField(required=False)
    state = serializers.CharField(required=False)
    allowed = serializers.ListField(child=serializers.CharField(), required=False)
    assignee = serializers.IntegerField(required=False, allow_null=True)
