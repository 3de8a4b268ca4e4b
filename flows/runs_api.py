"""REST: where customers are in flows, and how they came there."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from flows.models import FlowRun, FlowStep, RunState
from monty.rest import IdFilter, NewestFirst
from teams.arranging import Administered


class FlowRunSerializer(serializers.ModelSerializer[FlowRun]):
    """`version`: a number. `node`: where it is, or was at its end. `due_at`: when it goes on by itself. `trigger`: what
    made it begin; `by`: who sent it.
    """

    version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = FlowRun
        fields = [
            *("id", "flow", "version", "conversation", "state", "node", "steps", "reason"),
            *("trigger", "by", "started_at", "due_at", "ended_at"),
        ]
        read_only_fields = fields


class FlowStepSerializer(serializers.ModelSerializer[FlowStep]):
    """`fate`: what became of it at this node; empty: it is there still."""

    version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = FlowStep
        fields = ["number", "version", "node", "fate", "exit", "at", "left_at"]
        read_only_fields = fields


class WholeFlowRunSerializer(FlowRunSerializer):
    """`answers`: what it has learnt, by name. `way`: the nodes it came to, 200 at most."""

    answers = serializers.DictField(read_only=True)
    way = FlowStepSerializer(source="way_shown", many=True, read_only=True)

    class Meta(FlowRunSerializer.Meta):
        fields = [*FlowRunSerializer.Meta.fields, "answers", "way"]
        read_only_fields = fields


class FlowRunFilter(filters.FilterSet):
    flow = IdFilter()
    conversation = IdFilter()
    state = filters.ChoiceFilter(choices=RunState.choices)


class FlowRunViewSet(Administered, ReadOnlyModelViewSet):
    """Each customer's way through a flow; newest first."""

    queryset = FlowRun.objects.select_related("version").defer("version__document", "asked", "memory")
    serializer_class = WholeFlowRunSerializer
    pagination_class = NewestFirst
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = FlowRunFilter

    def get_serializer_class(self) -> Any:
        return FlowRunSerializer if self.action == "list" else WholeFlowRunSerializer
