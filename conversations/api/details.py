"""What REST tells of a message beside text and files: the parts of `conversations.details`, each where there is one."""

from rest_framework import serializers


class LocationSerializer(serializers.Serializer):
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    name = serializers.CharField()
    address = serializers.CharField()
    url = serializers.CharField()


class ContactCardSerializer(serializers.Serializer):
    name = serializers.CharField()
    organisation = serializers.CharField()
    phones = serializers.ListField(child=serializers.CharField())
    emails = serializers.ListField(child=serializers.CharField())


class ButtonSerializer(serializers.Serializer):
    """The customer pressed a button, a quick reply or a list's row."""

    title = serializers.CharField()
    payload = serializers.CharField()


class FormSerializer(serializers.Serializer):
    name = serializers.CharField()
    answers = serializers.DictField(child=serializers.CharField())


class ReferralSerializer(serializers.Serializer):
    """What brought the customer here."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field has a `source`, too
    ref = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class StorySerializer(serializers.Serializer):
    """The customer answered our story, or mentioned us in theirs; `until`: when it is gone."""

    kind = serializers.ChoiceField(choices=["reply", "mention"])
    url = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class SharedSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="post, reel, story, product, link, …")
    title = serializers.CharField()
    url = serializers.CharField()


class OrderItemSerializer(serializers.Serializer):
    id = serializers.CharField()
    quantity = serializers.CharField()
    price = serializers.CharField()
    currency = serializers.CharField()


class OrderedSerializer(serializers.Serializer):
    items = OrderItemSerializer(many=True)
    note = serializers.CharField()


class CardSerializer(serializers.Serializer):
    """What is shown under the message: `order` and the order's public id."""

    kind = serializers.CharField()
    id = serializers.CharField()


class DetailsSerializer(serializers.Serializer):
    """What is missing is not there."""

    location = LocationSerializer(required=False)
    contacts = ContactCardSerializer(many=True, required=False)
    button = ButtonSerializer(required=False)
    form = FormSerializer(required=False)
    referral = ReferralSerializer(required=False)
    story = StorySerializer(required=False)
    shared = SharedSerializer(required=False)
    order = OrderedSerializer(required=False)
    quick_replies = ButtonSerializer(many=True, required=False, help_text="Ours: what the customer may press.")
    card = CardSerializer(required=False)
    forwarded = serializers.BooleanField(required=False)
    unsupported = serializers.CharField(
        required=False, help_text="Something came that Monty cannot show: what it was, in the provider's word."
    )
