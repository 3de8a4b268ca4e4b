"""Channels as REST shows them: never their configuration, which holds secrets. And their templates."""

from rest_framework import serializers

from channels_app.models import Channel, Template
from channels_app.template_text import Variable


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = ["id", "uuid", "kind", "name", "team", "external_id"]
        read_only_fields = fields


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
