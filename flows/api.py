"""REST: the flows there are, what they are made of, and sending one."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations import media
from conversations.api import bodies
from conversations.api.bodies import Nothing, PutPicture
from conversations.api.serializers import ConversationSerializer
from conversations.models import Conversation
from flows import palette, starting
from flows.models import Flow, FlowFile, HumanWord
from flows.serializers import AddFile, FlowFileSerializer, FlowSerializer, HumanWordSerializer
from monty.errors import InUse
from monty.parsers import BoundedMultiPartParser
from monty.rest import CursorPages
from monty.schema import problem_responses
from teams.arranging import Administered, Changing, Configured, button
from teams.rest import GenericRest


class FlowViewSet(Configured, Changing, DestroyModelMixin, ReadOnlyModelViewSet):
    """The published flows, and for whoever may look at flows in the admin those that are not, too (`version` null).

    Those with a trigger “by_hand” may be sent.
    """

    queryset = Flow.objects.order_by("pk")
    serializer_class = FlowSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        return Flow.objects.visible_to(self.teammate).for_rest().order_by("pk")

    def create(self, request: Request) -> Response:
        """A new one, with a draft that has no nodes yet."""
        body: Any = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            self.keep(body)
            body.instance.edit(by=self.teammate)
        return Response(self.shown(body.instance.pk), status=201)

    def check_object_permissions(self, request: Request, row: Flow) -> None:
        """That customers went through it is no matter of rights."""
        if self.action == "destroy" and self.page.has_delete_permission(request) and row.runs.exists():
            raise InUse(_("Customers went through this flow, so it stays. Archive its versions to switch it off."))
        super().check_object_permissions(request, row)

    edit = button("edit", Nothing, tells="Have a draft: the one that there is, or a copy of the newest version.")

    @extend_schema(request={"multipart/form-data": AddFile}, responses={201: FlowFileSerializer})
    @action(detail=True, methods=["post"], parser_classes=[BoundedMultiPartParser])
    def files(self, request: Request, pk: str) -> Response:
        """One more file for nodes that send messages. `versions/{number}/offered` lists them under `media`."""
        flow = self.get_object()
        row = FlowFile.store(media.checked(self.body(AddFile)["file"]), flow=flow)
        return Response(FlowFileSerializer(row).data, status=201)

    @extend_schema(request={"multipart/form-data": PutPicture}, responses=FlowSerializer)
    @action(detail=True, methods=["put"], parser_classes=[BoundedMultiPartParser])
    def picture(self, request: Request, pk: str) -> Response:
        """A picture in the place of the one that is there; it is shown where a flow is chosen."""
        flow, upload = self.get_object(), self.body(PutPicture)["file"]
        flow.keep_picture(media.portrait(upload.read()))
        return Response(self.shown(flow.pk))

    @extend_schema(responses={204: None})
    @picture.mapping.delete
    def remove_picture(self, request: Request, pk: str) -> Response:
        """It has no picture any more."""
        self.get_object().keep_picture(b"")
        return Response(status=204)

    @extend_schema(responses={200: {"type": "object"}})
    @action(detail=False, methods=["get"], pagination_class=None, url_path="schema")
    def document_schema(self, request: Request) -> Response:
        """What a flow's document must be, as JSON Schema."""
        return Response(palette.schema())

    @extend_schema(responses={200: {"type": "array", "items": {"type": "object"}}})
    @action(detail=False, methods=["get"], pagination_class=None)
    def node_types(self, request: Request) -> Response:
        """The types of nodes, in the order in which an editor offers them."""
        return Response(palette.palette())

    @extend_schema(responses={200: {"type": "object"}})
    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: str) -> Response:
        """The document of the version that counts now; 404, if none is published."""
        current = self.get_object().current
        if current is None:
            raise NotFound
        return Response(current.document)


class HumanWordViewSet(Administered, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """Words by which customers ask for a person, whatever a flow is just asking."""

    queryset = HumanWord.objects.order_by("pk")
    serializer_class = HumanWordSerializer
    pagination_class = CursorPages


class SendFlowBody(serializers.Serializer):
    flow = serializers.PrimaryKeyRelatedField(
        queryset=Flow.objects.all(), help_text="One that is for this channel and can be sent by hand."
    )
    node = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="The node to enter it at; none: its start."
    )


class SendFlow(GenericRest):
    """Back to a bot."""

    queryset = Conversation.objects.for_rest()
    serializer_class = ConversationSerializer
    filter_backends = ()

    @extend_schema(
        parameters=[OpenApiParameter("conversation", int, OpenApiParameter.PATH)],
        request=SendFlowBody,
        responses={
            200: ConversationSerializer,
            **problem_responses(bodies.VerbProblem, 409),
            **problem_responses(bodies.WindowProblem, 422),
        },
    )
    def post(self, request: Request, conversation: str) -> Response:
        """Send a flow: the bot has the conversation from then on."""
        mine = Conversation.objects.visible_to(self.teammate).for_rest()
        row = get_object_or_404(mine, pk=conversation)
        fields = self.body(SendFlowBody)
        starting.send_offered(row, fields["flow"], by=self.teammate, node=fields.get("node", ""))
        return Response(ConversationSerializer(row).data)
