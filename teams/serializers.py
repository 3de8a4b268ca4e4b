"""Teams, presence and log-in as REST shows them."""

from rest_framework import serializers

from teams.models import Availability, Team, Teammate


class TeamSerializer(serializers.ModelSerializer[Team]):
    members: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Team
        fields = ["id", "name", "auto_assign", "members"]
        read_only_fields = fields


class PresenceSerializer(serializers.ModelSerializer[Teammate]):
    """`ready` is the green dot: active and connected."""

    availability = serializers.ChoiceField(choices=Availability.choices)
    ready = serializers.BooleanField(source="is_ready", read_only=True)
    dot = serializers.ChoiceField(choices=["green", "red"], read_only=True)

    class Meta:
        model = Teammate
        fields = ["availability", "ready", "dot"]


class LoginSerializer(serializers.Serializer):
    # No longer than the column: the lock-out keeps the name of every failed attempt.
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(read_only=True)
