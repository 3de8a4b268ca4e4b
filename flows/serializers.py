"""Flows and what belongs to them, as REST shows and takes it."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework import serializers

from flows.models import Flow, FlowFile, HumanWord, Trigger
from teams.arranged_serializers import keep_lines
from teams.arranging import RowSerializer

# More keywords than any customer tries.
MOST_TRIGGERS = 200


class TriggerSerializer(serializers.ModelSerializer[Trigger]):
    """`word`: of a keyword or a button; the others have none."""

    class Meta:
        model = Trigger
        fields = ["kind", "word"]


class FlowSerializer(RowSerializer):
    """`channels`: none: it is for every one. `triggers`: what makes it begin; a list that is sent replaces the old one.
    `version`: the number of the published one that counts; null: none. `nodes`: where that may be entered.
    `draft`: the number of the one that is being drawn.
    """

    triggers = TriggerSerializer(many=True, required=False, max_length=MOST_TRIGGERS)  # type: ignore[call-arg]
    picture = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="current.number", read_only=True, allow_null=True)
    draft = serializers.IntegerField(source="draft_number", read_only=True, allow_null=True)
    nodes = serializers.SerializerMethodField()

    class Meta:
        model = Flow
        fields = [
            *("id", "key", "name", "description", "picture", "channels", "triggers"),
            *("version", "draft", "nodes"),
        ]

    def get_picture(self, flow: Flow) -> str | None:
        return reverse("flow-picture", args=[flow.pk, flow.picture_version]) if flow.picture else None

    def get_nodes(self, flow: Flow) -> list[dict[str, str]]:
        nodes = flow.current.drawing.nodes.values() if flow.current else []
        return [{"id": each.id, "type": each.type, "name": each.title} for each in nodes]

    def save(self, **facts: Any) -> Flow:
        """The flow with what it is for and what makes it begin, or nothing of it."""
        lists = {
            name: self.validated_data.pop(name) for name in ("channels", "triggers") if name in self.validated_data
        }
        with transaction.atomic():
            flow: Flow = super().save(**facts)
            if "channels" in lists:
                flow.channels.set(lists["channels"])
            if "triggers" in lists:
                flow.triggers.all().delete()
                keep_lines("triggers", [Trigger(flow=flow, **line) for line in lists["triggers"]])
        return flow


class AddFile(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class FlowFileSerializer(serializers.ModelSerializer[FlowFile]):
    """`id`: what a node that sends messages has among its `media`."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    type = serializers.CharField(source="content_type", read_only=True)

    class Meta:
        model = FlowFile
        fields = ["id", "name", "type", "size"]
        read_only_fields = fields


class HumanWordSerializer(RowSerializer):
    """One or several whole words; case does not count."""

    class Meta:
        model = HumanWord
        fields = ["id", "language", "word"]
