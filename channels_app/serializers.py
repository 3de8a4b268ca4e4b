"""Channels as REST shows them: never their configuration, which holds secrets. And their templates."""

from rest_framework import serializers

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel, Template
from channels_app.template_text import Variable
from teams.arranging import RowSerializer
from teams.models import Team


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """`suspended_at`: since when it is cut off, `suspended_because` why."""

    class Meta:
        model = Channel
        fields = ["id", "uuid", "kind", "name", "team", "external_id", "active", "suspended_at", "suspended_because"]
        read_only_fields = fields


class AddChannel(RowSerializer):
    kind = serializers.ChoiceField(choices=list(ADAPTERS), help_text="It stays for ever.")

    class Meta:
        model = Channel
        fields = ["kind", "name", "team"]


class ChangeChannel(serializers.Serializer):
    """What is left out stays as it is. `config`: the settings of its kind, which are never shown again."""

    name = serializers.CharField(max_length=80)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), allow_null=True)
    external_id = serializers.CharField(max_length=100, allow_blank=True)
    window = serializers.IntegerField(
        min_value=1,
        max_value=10_000,
        allow_null=True,
        help_text="Hours in which it may be reopened; null: its kind's.",
    )
    tells_reading = serializers.BooleanField()
    active = serializers.BooleanField()
    config = serializers.DictField()


class VariableSerializer(serializers.Serializer[Variable]):
    key = serializers.CharField(read_only=True)
    name = serializers.CharField(source="label", read_only=True)
    example = serializers.CharField(read_only=True)


class TemplateSerializer(serializers.ModelSerializer[Template]):
    """`text` is the message with its variables empty; `obstacle` says why it cannot be sent now ("": it can)."""

    text = serializers.CharField(read_only=True)
    variables = VariableSerializer(many=True, read_only=True)
    obstacle = serializers.CharField(read_only=True)

    class Meta:
        model = Template
        fields = ["id", "name", "language", "category", "status", "text", "variables", "obstacle", "synced_at"]
        read_only_fields = fields
