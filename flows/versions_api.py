"""REST: the versions of a flow: drawing a draft, trying it out, publishing it, going back."""

from typing import Any

from django.contrib import admin
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from flows import dry_run, tasks, trying
from flows.diff import differences
from flows.document import Document
from flows.models import DryRun, Flow, FlowStep, FlowVersion, period_of_figures
from flows.offered import offered
from flows.version_serializers import (
    CheckDocument,
    CheckedDocument,
    ComparedVersions,
    CompareWith,
    DrawnSerializer,
    DryRunSerializer,
    FiguresPeriod,
    FlowFigures,
    FlowVersionSerializer,
    InvalidFlow,
    KeepDocument,
    Rehearsed,
    RehearseTalk,
    StartDryRun,
    TriedSerializer,
)
from monty.rest import CursorPages, NewestFirst
from monty.schema import problem_responses
from teams.arranging import Administered, MayArrange, button, is_allowed_to_press

REFUSED: dict[Any, Any] = problem_responses(InvalidFlow, 400)


class MayDraw(MayArrange):
    """Whoever may press a version's buttons in the admin. That only a draft is written is no matter of rights."""

    def has_object_permission(self, request: Request, view: Any, row: Any) -> bool:
        return request.method in SAFE_METHODS or is_allowed_to_press(view.page, request, row)


class OfFlow(Administered, ReadOnlyModelViewSet):
    """Something of one flow. A list tells less of each than the address of one does: there may be long documents."""

    in_lists: Any

    @property
    def page(self) -> Any:
        return admin.site.get_model_admin(FlowVersion)

    def flow(self) -> Flow:
        return get_object_or_404(Flow, pk=self.kwargs["flow"])

    def get_serializer_class(self) -> Any:
        return self.in_lists if self.action == "list" else self.serializer_class


class LatestNumber(CursorPages):
    ordering = ("-number",)


class VersionViewSet(OfFlow):
    """The versions of a flow, newest first: one draft at most, and those that were published."""

    queryset = FlowVersion.objects.all()
    serializer_class = DrawnSerializer
    in_lists = FlowVersionSerializer
    permission_classes = [MayDraw]
    pagination_class = LatestNumber
    lookup_field = "number"

    def get_queryset(self) -> Any:
        rows = self.flow().versions.select_related("flow")
        return rows.defer("document") if self.action == "list" else rows

    @extend_schema(request=KeepDocument, responses={200: DrawnSerializer, **REFUSED})
    def update(self, request: Request, flow: str, number: str) -> Response:
        """Keep another document in the draft, finished or not: only its shape must be right."""
        row = self.get_object()
        row.edit(self.body(KeepDocument)["document"], by=self.teammate)
        return Response(self.shown(row.pk))

    @extend_schema(request=CheckDocument, responses=CheckedDocument)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, flow: str, number: str) -> Response:
        """What would keep a document from being published, be it kept or not, each with the node it is about."""
        row = self.get_object()
        found = row.check_document(self.body(CheckDocument).get("document", row.document))
        return Response({"problems": [each.as_json for each in found]})

    @extend_schema(request=RehearseTalk, responses=Rehearsed)
    @action(detail=True, methods=["post"])
    def rehearse(self, request: Request, flow: str, number: str) -> Response:
        """A talk with it on trial: you say what the customer does, and are told what the bot would. Nothing is sent."""
        row = self.get_object()
        return Response({"talk": trying.rehearse(row, {"document": row.document, **self.body(RehearseTalk)})})

    @extend_schema(request=StartDryRun, responses={202: DryRunSerializer})
    @action(detail=True, methods=["post"], url_path="dry_run")
    def begin_dry_run(self, request: Request, flow: str, number: str) -> Response:
        """Try the draft on what customers really wrote. It is done in the background; `dry_runs/{id}` tells of it."""
        run = dry_run.start(self.get_object(), **self.body(StartDryRun), by=self.teammate)
        tasks.dry_run.delay_on_commit(run.pk)
        return Response(DryRunSerializer(run).data, status=202)

    publish = extend_schema(responses={200: DrawnSerializer, **REFUSED})(
        button("publish", Nothing, tells="Customers begin with it from now on. 400 names what is wrong, by node.")
    )
    archive = button(
        "archive", Nothing, tells="Nobody begins with it any more: the one before it counts again, or no one does."
    )

    @extend_schema(parameters=[CompareWith], responses=ComparedVersions)
    @action(detail=True, methods=["get"])
    def differences(self, request: Request, flow: str, number: str) -> Response:
        """What is different from another version, node by node. Where boxes stand does not count."""
        row = self.get_object()
        other = row.compared_with(self.asked(CompareWith)["than"])
        found = differences(Document.of(other.document), Document.of(row.document)) if other else []
        told = {"than": other.number if other else None, "differences": [each.as_json for each in found]}
        return Response(told)

    @extend_schema(parameters=[FiguresPeriod], responses=FlowFigures)
    @action(detail=True, methods=["get"])
    def figures(self, request: Request, flow: str, number: str) -> Response:
        """How often each node was reached in a period, and what became of customers there."""
        row, asked = self.get_object(), self.asked(FiguresPeriod)
        since, until = period_of_figures(asked["since"], asked["until"])
        found = FlowStep.objects.of_version(row).in_period(since, until).figures()
        nodes = [{"node": node, **counted} for node, counted in found.items()]
        return Response(FlowFigures({"since": since, "until": until, "nodes": nodes}).data)

    @extend_schema(responses={200: {"type": "object"}})
    @action(detail=True, methods=["get"])
    def offered(self, request: Request, flow: str, number: str) -> Response:
        """What fields may refer to, by their `x-control`: each with the value that a document keeps, and its words."""
        return Response(offered(self.get_object().flow))


@extend_schema(parameters=[OpenApiParameter("flow", int, OpenApiParameter.PATH)])
class DryRunViewSet(OfFlow):
    """What came of dry runs, newest first, as far as you may see the conversations."""

    queryset = DryRun.objects.all()
    serializer_class = TriedSerializer
    in_lists = DryRunSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        rows = DryRun.objects.of(self.flow())
        return rows if self.action == "list" else rows.with_tries(self.teammate)

    def may_look(self, request: Request) -> bool:
        """Only whoever may begin one."""
        return admin.site.has_permission(request) and self.page.may_press(request)

    def within_reach(self, rows: Any) -> Any:
        return rows.filter(version__in=self.page.get_queryset(self.request).values("pk"))
