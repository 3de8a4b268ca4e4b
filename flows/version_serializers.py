"""Versions of flows, and what is tried of a draft, as REST shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels_app.adapters import ADAPTERS
from conversations.api.details import ButtonSerializer
from flows.document import ID
from flows.dry_run import PARTS, endings
from flows.models import DryRun, DryTry, FlowVersion
from flows.models.dry_run import MOST
from flows.trying import ACTS, LONGEST_TEXT, MOST_ACTS
from monty.schema import ProblemSerializer


class ProblemOfFlow(serializers.Serializer):
    """`node`: its id; empty: the flow as a whole. `field`: a path into its fields. A `warning` hinders nothing."""

    text = serializers.CharField()
    node = serializers.CharField()
    field = serializers.CharField()
    warning = serializers.BooleanField()


class InvalidFlow(ProblemSerializer):
    problems = ProblemOfFlow(many=True, required=False)


class CheckedDocument(serializers.Serializer):
    problems = ProblemOfFlow(many=True)


class FlowVersionSerializer(serializers.ModelSerializer[FlowVersion]):
    class Meta:
        model = FlowVersion
        fields = ["number", "state", "edited_at", "edited_by", "published_at", "published_by"]
        read_only_fields = fields


class DrawnSerializer(FlowVersionSerializer):
    """With its document. `problems`: of a draft, what keeps it from being published, and warnings."""

    document = serializers.JSONField(read_only=True)
    problems = ProblemOfFlow(source="open_problems", many=True, read_only=True)

    class Meta(FlowVersionSerializer.Meta):
        fields = [*FlowVersionSerializer.Meta.fields, "document", "problems"]
        read_only_fields = fields


class KeepDocument(serializers.Serializer):
    document = serializers.JSONField(help_text="As `flows/schema/` wants it, finished or not.")


class CheckDocument(serializers.Serializer):
    document = serializers.JSONField(required=False, help_text="Left out: the one that is kept.")


class CompareWith(serializers.Serializer):
    than = serializers.IntegerField(
        default=None, min_value=1, max_value=10**9, help_text="A version's number; left out: the one before it."
    )


class DifferenceSerializer(serializers.Serializer):
    """`part`: what of the node is different (`fields.text`, `exits.next`, `name`, `type`); empty: it came or went."""

    what = serializers.ChoiceField(choices=["added", "removed", "changed"])
    node = serializers.CharField()
    title = serializers.CharField()
    part = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class ComparedVersions(serializers.Serializer):
    """`than`: with which version it was compared; null: there is no other."""

    than = serializers.IntegerField(allow_null=True)
    differences = DifferenceSerializer(many=True)


class FiguresPeriod(serializers.Serializer):
    since = serializers.DateTimeField(default=None, help_text="Left out: thirty days before `until`.")
    until = serializers.DateTimeField(default=None, help_text="Left out: now.")


class NodeFigures(serializers.Serializer):
    """How many reached this node, and what became of them there. `there`: they are still at it."""

    node = serializers.CharField()
    reached = serializers.IntegerField()
    there = serializers.IntegerField()
    left = serializers.IntegerField()
    timed_out = serializers.IntegerField()
    handed_over = serializers.IntegerField()
    ended = serializers.IntegerField()
    stopped = serializers.IntegerField()
    failed = serializers.IntegerField()


class FlowFigures(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    nodes = NodeFigures(many=True)


# --- A talk with it ---------------------------------------------------------------------------------------------------


class TalkAct(serializers.Serializer):
    """`say`: the customer writes `text`, or presses the button of this `payload`. `time`: as much passes as it waits
    for. `answer`: another system answers `value`; `silence`: it does not.
    """

    act = serializers.ChoiceField(choices=ACTS)
    text = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT)
    payload = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_TEXT)
    value = serializers.JSONField(default=None, allow_null=True)


class RehearseTalk(CheckDocument):
    """Who writes on which kind of channel, and all that was done so far: nothing is kept between two requests."""

    kind = serializers.ChoiceField(choices=[(kind, adapter.label) for kind, adapter in ADAPTERS.items()])
    name = serializers.CharField(default="", allow_blank=True, max_length=100, help_text="The customer's.")
    opening = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_TEXT)
    node = serializers.RegexField(ID, default="", allow_blank=True, help_text="Where it begins; empty: at its start.")
    acts = TalkAct(many=True, default=list, max_length=MOST_ACTS)  # type: ignore[call-arg]


class TalkLine(serializers.Serializer):
    """`who`: `customer`, `bot`, `note` (for people) or `house` (what became of it)."""

    who = serializers.CharField()
    text = serializers.CharField()
    buttons = ButtonSerializer(many=True)
    files = serializers.ListField(child=serializers.CharField())


class TalkStep(serializers.Serializer):
    node = serializers.CharField()
    exit = serializers.CharField()
    fate = serializers.CharField()


class TalkSoFar(serializers.Serializer):
    """`here`: the node at which it waits, `waits` in words for how long, `calls` for which other system.
    `elsewhere`: it goes on in another flow.
    """

    lines = TalkLine(many=True)
    way = TalkStep(many=True)
    here = serializers.CharField()
    elsewhere = serializers.BooleanField()
    under_way = serializers.BooleanField()
    state = serializers.CharField()
    reason = serializers.CharField()
    waits = serializers.CharField()
    calls = serializers.CharField()
    answers = serializers.DictField(child=serializers.CharField())
    contact = serializers.DictField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())


class Rehearsed(serializers.Serializer):
    """`talk`: what came of it; null: there is no node yet at which the flow could start."""

    talk = TalkSoFar(allow_null=True)


# --- A dry run --------------------------------------------------------------------------------------------------------


class StartDryRun(serializers.Serializer):
    number = serializers.IntegerField(min_value=1, max_value=MOST, help_text="Of the last conversations that you see.")


class OutcomeSerializer(serializers.Serializer):
    """How it ended, at which node or why (`detail`), what was answered, and the ids of the nodes on the way."""

    ending = serializers.ChoiceField(choices=list(endings()))
    detail = serializers.CharField()
    answers = serializers.DictField(child=serializers.CharField())
    way = serializers.ListField(child=serializers.CharField())


class DryTrySerializer(serializers.ModelSerializer[DryTry]):
    """`before`: with the version that counted; null: there was none. `differs`: in what the draft is different."""

    before = serializers.SerializerMethodField()
    after = OutcomeSerializer(read_only=True)
    differs = serializers.ListField(child=serializers.ChoiceField(choices=PARTS), read_only=True)

    class Meta:
        model = DryTry
        fields = ["conversation", "before", "after", "differs"]
        read_only_fields = fields

    @extend_schema_field(OutcomeSerializer(allow_null=True))
    def get_before(self, row: DryTry) -> Any:
        return row.before or None


class DryRunSerializer(serializers.ModelSerializer[DryRun]):
    """`total`: of how many conversations. `against`: with which version the draft is compared; null: with none."""

    version = serializers.IntegerField(source="version.number", read_only=True)
    against = serializers.IntegerField(source="against.number", read_only=True, allow_null=True)

    class Meta:
        model = DryRun
        fields = ["id", "version", "against", "total", "by", "started_at", "finished_at"]
        read_only_fields = fields


class TriedSerializer(DryRunSerializer):
    """With what has come of it so far, in conversations that you may see."""

    tries = DryTrySerializer(source="seen", many=True, read_only=True)

    class Meta(DryRunSerializer.Meta):
        fields = [*DryRunSerializer.Meta.fields, "done", "tries"]
        read_only_fields = fields
