"""Channels as REST shows them: never their configuration, which holds secrets."""

from rest_framework import serializers

from channels_app.models import Channel


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = ["id", "uuid", "kind", "name", "team", "external_id"]
        read_only_fields = fields
