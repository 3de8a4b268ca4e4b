"""Teams, presence and log-in as REST shows them."""

from django.utils import timezone
from rest_framework import serializers

from teams.models import Availability, Team, Teammate
from teams.models.presence import LONGEST_REASON


class TeamSerializer(serializers.ModelSerializer[Team]):
    members: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    is_open = serializers.SerializerMethodField()

    class Meta:
        model = Team
        fields = ["id", "name", "auto_assign", "members", "capacity", "is_open"]
        read_only_fields = fields

    def get_is_open(self, team: Team) -> bool:
        """Within its working hours; always, if it keeps none."""
        return team.is_open(timezone.now())


class DotSerializer(serializers.ModelSerializer[Teammate]):
    """`ready` is the green dot: active and connected."""

    availability = serializers.ChoiceField(choices=Availability.choices)
    ready = serializers.BooleanField(source="is_ready", read_only=True)
    dot = serializers.ChoiceField(choices=["green", "red"], read_only=True)

    class Meta:
        model = Teammate
        fields = ["availability", "ready", "dot"]


class PresenceSerializer(DotSerializer):
    """One's own presence: why one is away and when one is back can only be said with “away”."""

    reason = serializers.CharField(source="away_reason", max_length=LONGEST_REASON, allow_blank=True, default="")
    back_at = serializers.DateTimeField(allow_null=True, default=None)

    class Meta:
        model = Teammate
        fields = [*DotSerializer.Meta.fields, "reason", "back_at"]


class LoginSerializer(serializers.Serializer):
    # No longer than the column: the lock-out keeps the name of every failed attempt.
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(read_only=True)
