"""REST: why somebody has a conversation, and a team's past period handed out again."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.balancer import reasons
from conversations.balancer.balance import FULL
from conversations.balancer.why import Candidate
from conversations.forms.replay import MOST_CAPACITY, ReplayForm, capacity_of, replayed, teams_of
from conversations.models import Conversation, Round
from conversations.replay.figures import Figures
from conversations.rules import QUIET_WEIGHT
from monty import correlation
from monty.rest import LARGEST_ID
from teams.arranging import may_look_at
from teams.models import Scope, Team
from teams.rest import GenericRest

# --- Why --------------------------------------------------------------------------------------------------------------


class WhyQuestion(serializers.Serializer):
    round = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="A round of Auto Assign; else: as it is now."
    )


class CandidateSerializer(serializers.Serializer):
    """A member as they stood when its turn came. `place`: in the line, from 1; 0: could not get it."""

    teammate = serializers.IntegerField()
    name = serializers.CharField()
    ready = serializers.BooleanField()
    load = serializers.FloatField()
    capacity = serializers.IntegerField()
    idle_since = serializers.DateTimeField(allow_null=True)
    place = serializers.IntegerField()
    outcome = serializers.CharField()


class WhySerializer(serializers.Serializer):
    """`because`: what decided, or why nobody got it. `by_hand`: what the timeline says, if a person decided later.

    `round` and `decided_at`: null while it waits, and if Auto Assign has decided nothing.
    """

    teammate = serializers.IntegerField(allow_null=True)
    because = serializers.CharField()
    by_hand = serializers.CharField()
    team = serializers.IntegerField(allow_null=True)
    round = serializers.IntegerField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    people = CandidateSerializer(many=True)

    def to_representation(self, found: dict[str, Any]) -> Any:
        """Of what `reasons` tells."""
        whom, team, decision = (found.get(name) for name in ("whom", "team", "decision"))
        return super().to_representation(
            {
                "teammate": whom and whom.pk,
                "because": found["lead"],
                "by_hand": found.get("by_hand", ""),
                "team": team and team.pk,
                "round": decision and decision.round_id,
                "decided_at": decision and decision.round.at,
                "people": [stand(each, name) for each, name in found.get("people", [])],
            }
        )


def stand(each: Candidate, name: str) -> dict[str, Any]:
    member = each.member
    return {
        "teammate": member.id,
        "name": name,
        "ready": each.ready,
        "load": member.load / FULL,
        "capacity": member.capacity,
        "idle_since": each.idle_since,
        "place": each.place,
        "outcome": each.fate,
    }


class Why(GenericRest):
    queryset = Conversation.objects.all()
    serializer_class = WhySerializer

    @extend_schema(
        operation_id="conversations_why_retrieve",
        parameters=[OpenApiParameter("conversation", int, OpenApiParameter.PATH), WhyQuestion],
        responses=WhySerializer,
    )
    def get(self, request: Request, conversation: str) -> Response:
        """Why somebody has it, or nobody: what was on Auto Assign's table."""
        mine = Conversation.objects.visible_to(self.teammate).for_list()
        row = get_object_or_404(mine, pk=conversation)
        correlation.about(row.pk)
        wanted = self.asked(WhyQuestion).get("round")
        return Response(WhySerializer(reasons.of_round(row, wanted) if wanted else reasons.of_now(row)).data)


# --- Replay -----------------------------------------------------------------------------------------------------------


class ReplayQuestion(serializers.Serializer):
    """A past period, at most 31 days, and what is different in it; what is left out is as it is today."""

    start = serializers.DateTimeField()
    until = serializers.DateTimeField()
    weight = serializers.FloatField(
        required=False, min_value=0, max_value=1, help_text="Of a quiet conversation; one that waits weighs 1."
    )
    capacity = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST_CAPACITY, help_text="Of everybody."
    )
    capacities = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_CAPACITY),
        default=dict,
        help_text="Of single members, by their ids.",
    )
    without = serializers.ListField(child=serializers.IntegerField(), default=list, max_length=1000)
    added = serializers.ListField(child=serializers.IntegerField(), default=list, max_length=1000)


class ShareSerializer(serializers.Serializer):
    """`hours`: present while the team was open; `busy`: the part of them with a conversation, from 0 to 1."""

    teammate = serializers.IntegerField()
    got = serializers.IntegerField(source="share.got")
    hours = serializers.FloatField(source="share.hours")
    busy = serializers.FloatField(source="share.busy")
    load = serializers.FloatField(source="share.load")
    per_hour = serializers.FloatField(source="share.per_hour", allow_null=True)


class PlayedSerializer(serializers.Serializer[Figures]):
    """Waits in seconds; null: there was nothing to count. `by_hour`: the mean wait by the hour of the day, in UTC."""

    handed_out = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="At the end.")
    mean = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    longest = serializers.FloatField(allow_null=True)
    spread = serializers.FloatField(allow_null=True)
    gini = serializers.FloatField(allow_null=True)
    by_hour = serializers.ListField(child=serializers.FloatField(allow_null=True))
    shares = serializers.SerializerMethodField()

    @extend_schema_field(ShareSerializer(many=True))
    def get_shares(self, found: Figures) -> Any:
        return ShareSerializer(
            [{"teammate": number, "share": each} for number, each in found.shares.items()], many=True
        ).data


class ComparisonSerializer(serializers.Serializer):
    """What really happened, the same as the simulation gives it with today's settings, and with yours."""

    really = PlayedSerializer()
    simulated = PlayedSerializer()
    changed = PlayedSerializer()


class MayReplay(IsAuthenticated):
    """Whoever may look at rounds in the admin."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and may_look_at(admin.site.get_model_admin(Round), request)


class TeamReplay(GenericRest):
    queryset = Team.objects.all()
    serializer_class = ComparisonSerializer
    permission_classes = [MayReplay]
    # Nothing is changed by it.
    write_scope = Scope.READ

    @extend_schema(
        operation_id="teams_replay_create",
        parameters=[OpenApiParameter("team", int, OpenApiParameter.PATH)],
        request=ReplayQuestion,
        responses={200: ComparisonSerializer},
    )
    def post(self, request: Request, team: str) -> Response:
        """What would have been different in a past period: nothing is changed by asking."""
        row = get_object_or_404(teams_of(self.teammate), pk=team)
        form = filled_in(row, self.body(ReplayQuestion))
        _recording, found = replayed(row, form)
        return Response(ComparisonSerializer(found).data)


def filled_in(team: Team, asked: dict[str, Any]) -> ReplayForm:
    """The form as its page would send it. Raises ValidationError."""
    single = asked.pop("capacities")
    form = ReplayForm(team, {"weight": QUIET_WEIGHT()} | asked | {capacity_of(each): single[each] for each in single})
    if unknown := [each for each in single if capacity_of(each) not in form.fields]:
        raise ValidationError({"capacities": [_("“%(value)s” is no member of this team.") % {"value": unknown[0]}]})
    if not form.is_valid():
        raise ValidationError({name: [str(each) for each in told] for name, told in form.errors.items()})
    return form
