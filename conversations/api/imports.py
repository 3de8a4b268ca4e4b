"""REST: contacts and conversations from other programs. What a file brings is looked at before it is taken in."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from conversations.forms.importing import ImportForm, bring, channels_of
from conversations.importing import refusals
from conversations.importing.work import KINDS
from conversations.models import Import
from conversations.models.importing import ImportKind, Problem
from monty.parsers import BoundedJSONParser, BoundedMultiPartParser
from monty.rest import LARGEST_ID, NewestFirst
from teams.admin.reach import within
from teams.arranging import Administered, button
from teams.models import Scope

LARGEST_INBOX = 2**31 - 1


class BringImport(serializers.Serializer):
    """A file travels as multipart/form-data. `inbox`: the number of one of Chatwoot's, to leave all others out."""

    kind = serializers.ChoiceField(choices=ImportKind.choices)
    channel = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    inbox = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=LARGEST_INBOX)
    file = serializers.FileField()


class ImportSerializer(serializers.ModelSerializer[Import]):
    """`done` of `total` contacts or conversations are behind it. `allowed`: what may be done with it now.

    `new`, `known`, `refused`: what would come of it, and once it was begun what came of it so far. `problem`: why it
    cannot be read at all.
    """

    done = serializers.IntegerField(source="place", read_only=True)
    refused = serializers.IntegerField(source="wrong", read_only=True)
    allowed = serializers.ListField(child=serializers.CharField(), source="allowed_verbs", read_only=True)

    class Meta:
        model = Import
        fields = [
            *("id", "kind", "channel", "inbox", "name", "by", "state", "allowed", "problem"),
            *("total", "done", "new", "known", "refused", "started_at", "finished_at"),
        ]
        read_only_fields = fields


class ProblemInFile(serializers.Serializer[Problem]):
    """What is expected in which column of which line; without a column: of the line as a whole."""

    line = serializers.IntegerField(read_only=True)
    column = serializers.CharField(read_only=True)
    sentence = serializers.CharField(read_only=True)


class ShownRow(serializers.Serializer):
    """One of the first ones, as it will be: a cell for each of `columns`; none if it has `problems`."""

    line = serializers.IntegerField(read_only=True)
    cells = serializers.ListField(child=serializers.CharField(), read_only=True)
    known = serializers.BooleanField(read_only=True)
    problems = serializers.ListField(child=serializers.CharField(), read_only=True)


class WholeImportSerializer(ImportSerializer):
    """`left_out`: names of columns, teams, teammates and labels that mean nothing here. `problems`: the first ones."""

    columns = serializers.SerializerMethodField()
    sample = ShownRow(many=True, read_only=True)
    left_out = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), read_only=True)
    problems = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "columns", "sample", "left_out", "problems"]
        read_only_fields = fields

    def get_columns(self, row: Import) -> list[str]:
        return [str(column) for column in KINDS[row.kind].columns]

    @extend_schema_field(ProblemInFile(many=True))
    def get_problems(self, row: Import) -> Any:
        return [ProblemInFile(each).data for each in refusals.problems(row)]


class ImportViewSet(Administered, ReadOnlyModelViewSet):
    """The files that you have brought; nobody else sees them."""

    queryset = Import.objects.all()
    serializer_class = WholeImportSerializer
    pagination_class = NewestFirst
    parser_classes = [BoundedJSONParser, BoundedMultiPartParser]

    def get_serializer_class(self) -> Any:
        return ImportSerializer if self.action == "list" else WholeImportSerializer

    @extend_schema(request={"multipart/form-data": BringImport}, responses={201: WholeImportSerializer})
    def create(self, request: Request) -> Response:
        """Bring a file: it is looked at, and nothing of it is taken in before `begin`."""
        fields = self.body(BringImport)
        form = ImportForm(fields, MultiValueDict({"file": [fields["file"]]}))
        channels = channels_of(within(cast("HttpRequest", request)))
        cast("forms.ModelChoiceField", form.fields["channel"]).queryset = channels
        if not form.is_valid():
            raise ValidationError({name: [str(each) for each in told] for name, told in form.errors.items()})
        row = form.save(commit=False)
        with transaction.atomic():
            bring(row, by=self.teammate)
        return Response(WholeImportSerializer(row).data, status=201)

    begin = button("begin", Nothing, tells="Take in what is right, in the background: look again how far it has come.")

    @extend_schema(request={"application/json": Nothing}, responses={204: None})
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Throw it away: nothing of it was taken in."""
        self.page.carry_out(request, self.get_object(), self.page.buttons["drop"], {})
        return Response(status=204)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=True)
    def refused(self, request: Request, pk: str) -> StreamingHttpResponse:
        """All refused lines as CSV, to be put right and brought again. That somebody took it is in the audit log."""
        self.demand_scope(Scope.ADMIN)
        return refusals.take(self.get_object())
