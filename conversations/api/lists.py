"""REST: views of the inbox that people keep, actions on many conversations, and what somebody has begun to write."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from conversations import bulk, tasks
from conversations.api.bodies import Nothing
from conversations.followups import soon
from conversations.inbox.filters import as_query
from conversations.inbox.inboxes import LeftPane
from conversations.inbox.listing import listing
from conversations.models import BulkItem, BulkRun, Conversation, Draft, SavedReply, SavedView
from conversations.models.answered import NOTE_LIMIT
from monty.errors import BadInput, Overtaken
from monty.rest import LARGEST_ID, CursorPages, NewestFirst
from monty.schema import ProblemSerializer, problem_responses
from teams.models import Team
from teams.rest import GenericRest

# --- Views ------------------------------------------------------------------------------------------------------------


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    """`base`: the inbox that it narrows down; `filters`: by what, as in the address of `conversations/`."""

    filters = serializers.DictField(source="wishes", read_only=True)

    class Meta:
        model = SavedView
        fields = ["id", "name", "base", "filters", "owner", "team", "for_everybody"]
        read_only_fields = fields


class SaveView(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    base = serializers.CharField(max_length=40, default="all", help_text="mine, all, …, or team-3.")
    filters = serializers.DictField(default=dict)


class RenameView(serializers.Serializer):
    name = serializers.CharField(max_length=60)


class ShareView(serializers.Serializer):
    """Neither: with nobody any more."""

    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), default=None, allow_null=True)
    everybody = serializers.BooleanField(default=False)


class MoveView(serializers.Serializer):
    up = serializers.BooleanField()


class SavedViewViewSet(GenericRest, ReadOnlyModelViewSet):
    """The views in your left pane: your own, and what was shared with you."""

    queryset = SavedView.objects.all()
    serializer_class = SavedViewSerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        return SavedView.objects.visible_to(self.teammate)

    @extend_schema(request=SaveView, responses={201: SavedViewSerializer})
    def create(self, request: Request) -> Response:
        """One of your own, below the others."""
        fields = self.body(SaveView)
        pane, base = LeftPane.of(self.teammate), fields["base"]
        if base not in {each.key for each in pane.inboxes}:
            raise BadInput(_("There is no such inbox."), field="base")
        here = listing(pane, as_query(fields["filters"] | {"view": base}))
        view = SavedView.objects.make(self.teammate, fields["name"], base=here.base.key, wishes=here.filters.wishes)
        return Response(SavedViewSerializer(view).data, status=201)

    @extend_schema(request=RenameView, responses=SavedViewSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        view = self.get_object()
        view.rename(**self.body(RenameView), by=self.teammate)
        return Response(SavedViewSerializer(view).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        self.get_object().remove(by=self.teammate)
        return Response(status=204)

    @extend_schema(request=ShareView, responses=SavedViewSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str) -> Response:
        """With a team, with everybody, or with nobody any more."""
        view = self.get_object()
        view.share(**self.body(ShareView), by=self.teammate)
        return Response(SavedViewSerializer(view).data)

    @extend_schema(request=MoveView, responses=SavedViewSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Past the next of its owner's views."""
        view = self.get_object()
        view.move(**self.body(MoveView), by=self.teammate)
        return Response(SavedViewSerializer(self.get_queryset().get(pk=pk)).data)


# --- Many at once -----------------------------------------------------------------------------------------------------


class FailureSerializer(serializers.Serializer):
    conversation = serializers.IntegerField(source="number")
    reason = serializers.CharField()


class BulkRunSerializer(serializers.ModelSerializer[BulkRun]):
    """How far it has come; `failures`: what was left as it was, and why (at most 300)."""

    undo_until = serializers.DateTimeField(allow_null=True, read_only=True)
    failures = FailureSerializer(source="left", many=True, read_only=True)

    class Meta:
        model = BulkRun
        fields = ["id", "verb", "total", "done", "failed", "started_at", "finished_at", "undo_until", "failures"]
        read_only_fields = fields


class StartBulk(serializers.Serializer):
    """`arguments`: what the verb takes: `teammate` and `team`, `team`, `label` and `on`, `reason`, `macro`."""

    verb = serializers.ChoiceField(choices=[*bulk.ACTIONS, bulk.MACRO])
    conversations = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), min_length=1, max_length=bulk.MOST
    )
    arguments = serializers.DictField(default=dict)


class BulkViewSet(ListModelMixin, RetrieveModelMixin, GenericRest, GenericViewSet):
    """What you asked to be done to many conversations at once."""

    queryset = BulkRun.objects.all()
    serializer_class = BulkRunSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> Any:
        left = Prefetch("items", BulkItem.objects.exclude(reason="").order_by("pk"), to_attr="left")
        return BulkRun.objects.of(self.teammate).select_related("undone_by").prefetch_related(left)

    @extend_schema(request=StartBulk, responses={202: BulkRunSerializer})
    def create(self, request: Request) -> Response:
        """It is done in the background; of each conversation by its verb, or not, and then with a reason."""
        body = self.body(StartBulk)
        return self.begun(bulk.start(body["verb"], body["conversations"], body["arguments"], by=self.teammate))

    @extend_schema(request=Nothing, responses={202: BulkRunSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back what it did, wherever nothing has happened since."""
        return self.begun(bulk.undo(self.get_object(), by=self.teammate))

    def begun(self, run: BulkRun) -> Response:
        soon(tasks.bulk, run.pk)
        return Response(BulkRunSerializer(self.get_queryset().get(pk=run.pk)).data, status=202)


# --- Drafts -----------------------------------------------------------------------------------------------------------


class DraftSerializer(serializers.ModelSerializer[Draft]):
    class Meta:
        model = Draft
        fields = ["version", "text", "note", "saved_reply"]
        read_only_fields = fields


class NewerDraft(ProblemSerializer):
    draft = DraftSerializer()


class KeepDraft(serializers.Serializer):
    """`version`: higher than the one that is kept, or yours is the older draft and is not."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    text = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, max_length=NOTE_LIMIT)
    note = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, max_length=NOTE_LIMIT)
    saved_reply = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=LARGEST_ID)


class MyDraft(GenericRest):
    """What you have begun to write in a conversation; nobody else sees it."""

    queryset = Draft.objects.all()
    serializer_class = DraftSerializer
    filter_backends = ()
    parameters = [OpenApiParameter("conversation", int, OpenApiParameter.PATH)]
    is_about_one = True

    def conversation(self) -> Conversation:
        mine = Conversation.objects.visible_to(self.teammate)
        return get_object_or_404(mine, pk=self.kwargs["conversation"])

    def get_object(self) -> Draft:
        return Draft.objects.of(self.conversation(), self.teammate)

    @extend_schema(operation_id="conversations_draft_retrieve", parameters=parameters)
    def get(self, request: Request, conversation: str) -> Response:
        return Response(DraftSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="conversations_draft_update",
        parameters=parameters,
        request=KeepDraft,
        responses={200: DraftSerializer, **problem_responses(NewerDraft, 409)},
    )
    def put(self, request: Request, conversation: str) -> Response:
        """409, with the draft as it is, for a version that is not newer."""
        place, fields = self.conversation(), self.body(KeepDraft)
        reply = SavedReply.objects.visible_to(self.teammate).filter(pk=fields["saved_reply"]).first()
        kept = Draft.objects.keep(place, by=self.teammate, **(fields | {"saved_reply": reply}))
        told = DraftSerializer(self.get_object()).data
        if not kept:
            raise Overtaken(_("A newer draft is kept already."), draft=told)
        return Response(told)

    def held(self) -> Draft:
        """It is nobody else's, and of two tabs its own version decides."""
        return self.get_object()
