"""Webhooks as REST tells and takes them. The secret is in the answer that made it, and in no other."""

from typing import Any

from rest_framework import serializers

from monty.schema import ProblemSerializer
from teams.models import Team
from webhooks.models import Attempt, Delivery, DeliveryState, Subscription


class ArrangeSerializer(serializers.Serializer):
    """`verbs`: empty: all. `teams`: null: all, also conversations that are in no team's inbox."""

    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=500)
    verbs = serializers.ListField(child=serializers.CharField(max_length=20), max_length=200, default=list)
    teams = serializers.ListField(
        child=serializers.PrimaryKeyRelatedField(queryset=Team.objects.all()), max_length=200, allow_null=True
    )


class ChangeSerializer(ArrangeSerializer):
    """What is left out stays as it is. `active`: true switches it on again."""

    active = serializers.BooleanField()


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """`off_because`: why Monty switched it off. `former_until`: until then the former secret signs, too."""

    teams = serializers.SerializerMethodField()
    verbs = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Subscription
        fields = [
            *("id", "name", "url", "verbs", "teams", "active", "off_because", "off_at"),
            *("former_until", "delivered_at", "made_at"),
        ]
        read_only_fields = fields

    def get_teams(self, row: Subscription) -> list[int] | None:
        return None if row.all_teams else list(row.team_ids)


class SecretSerializer(serializers.Serializer):
    secret = serializers.CharField(read_only=True)


class MadeSerializer(SubscriptionSerializer):
    """With the secret, which is told only now."""

    secret = serializers.CharField(source="newest_key", read_only=True)

    class Meta(SubscriptionSerializer.Meta):
        fields = [*SubscriptionSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class NotNowSerializer(ProblemSerializer):
    """The webhook is switched off, or the delivery is on its way."""

    verb = serializers.CharField()
    state = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField())


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """`code`: HTTP's; null: there was no answer."""

    class Meta:
        model = Attempt
        fields = ["at", "code", "detail"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """`id` is the `webhook-id` that the receiver gets. A test has neither event nor conversation."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    next_at = serializers.SerializerMethodField()
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Delivery
        fields = ["id", "verb", "event", "conversation", "state", "tries", "since", "next_at", "attempts"]
        read_only_fields = fields

    def get_next_at(self, row: Delivery) -> Any:
        return row.next_at if row.state == DeliveryState.QUEUED else None
