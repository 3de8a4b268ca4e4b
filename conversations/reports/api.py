"""REST: `reports/` names them, `reports/{name}` answers; the same numbers as on the page, as they are in CSV."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.reports.access import teams_of
from conversations.reports.base import REPORTS, reports
from conversations.reports.files import key_as_json
from conversations.reports.forms import QuestionForm
from conversations.reports.question import By
from conversations.reports.table import Table, table
from monty.schema import ProblemSerializer, problem_responses
from teams.rest import GenericRest


class FigureSerializer(serializers.Serializer):
    """`unit`: count, seconds, share (a part of 1) or number."""

    key = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()


class ReportSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    lead = serializers.CharField()
    by = serializers.ListField(child=serializers.ChoiceField(By.choices))
    figures = FigureSerializer(many=True)


class ReportListSerializer(serializers.Serializer):
    results = ReportSerializer(many=True)


class RowSerializer(serializers.Serializer):
    """`key`: an id, an hour, or a day; of a month its first."""

    key = serializers.JSONField()
    name = serializers.CharField()
    values = serializers.DictField(child=serializers.FloatField(allow_null=True))


class AnswerSerializer(serializers.Serializer):
    """`whole`: of the period; `before`: of the one before; `values` by the figure's key."""

    name = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.ChoiceField(By.choices)
    figures = FigureSerializer(many=True)
    whole = serializers.DictField(child=serializers.FloatField(allow_null=True))
    before = serializers.DictField(child=serializers.FloatField(allow_null=True))
    rows = RowSerializer(many=True)


REFUSED = problem_responses(ProblemSerializer, 403)
PARAMETERS = [
    OpenApiParameter("name", OpenApiTypes.STR, OpenApiParameter.PATH),
    OpenApiParameter("since", OpenApiTypes.DATE, description="First day; without it 28 days are shown."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Last day; without it today."),
    OpenApiParameter("by", OpenApiTypes.STR, enum=By.values, description="What each row is for."),
    *(OpenApiParameter(name, OpenApiTypes.INT) for name in ("team", "channel", "teammate", "label", "hour", "kind")),
    OpenApiParameter("hours", OpenApiTypes.STR, enum=["open"], description="Time counts within working hours only."),
]


class Reports(GenericRest):
    """The reports there are, and what their figures mean."""

    serializer_class = ReportListSerializer

    @extend_schema(operation_id="reports_list", responses={200: ReportListSerializer, **REFUSED})
    def get(self, request: Request) -> Response:
        teams_of(self.teammate)
        return Response(ReportListSerializer({"results": reports()}).data)


class ReportAnswer(GenericRest):
    """One report, of the teams that you may read."""

    serializer_class = AnswerSerializer

    @extend_schema(operation_id="reports_retrieve", parameters=PARAMETERS, responses={200: AnswerSerializer, **REFUSED})
    def get(self, request: Request, name: str) -> Response:
        if name not in REPORTS:
            raise NotFound
        form = QuestionForm(request.query_params, report=REPORTS[name], reader=self.teammate)
        return Response(AnswerSerializer(as_json(table(form))).data)


def as_json(shown: Table) -> dict[str, Any]:
    return {
        "name": shown.report.name,
        "since": shown.question.period.since,
        "until": shown.question.period.until,
        "by": shown.by.value,
        "figures": shown.report.figures,
        "whole": {card.figure.key: card.cell.value for card in shown.cards},
        "before": {card.figure.key: card.before for card in shown.cards},
        "rows": [
            {
                "key": key_as_json(line.key),
                "name": line.name,
                "values": {cell.figure.key: cell.value for cell in line.cells},
            }
            for line in shown.lines
        ],
    }
