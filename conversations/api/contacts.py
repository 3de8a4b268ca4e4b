"""REST: contacts, what is known of them, and making two of them one."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.serializers import ContactSerializer
from conversations.contacts import describing, merging
from conversations.inbox import panel
from conversations.models import Contact, Conversation, Merge
from conversations.models.contact import DESCRIBED
from monty.rest import LARGEST_ID, NewestFirst
from monty.schema import ProblemSerializer, problem_responses
from teams.rest import GenericRest


class Describe(serializers.Serializer):
    """Only the fields that are there are changed; an empty text says that nothing is known."""

    name = serializers.CharField(required=False, allow_blank=True)
    email = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    language = serializers.CharField(required=False, allow_blank=True, help_text="Its code, as “de”.")
    country = serializers.CharField(required=False, allow_blank=True)
    notes = serializers.CharField(required=False, allow_blank=True)
    attributes = serializers.DictField(required=False, help_text="The supervisors' own, by their keys (`attributes/`).")

    def validate_attributes(self, own: dict[str, Any]) -> dict[str, Any]:
        for key, value in own.items():
            if key in DESCRIBED or not isinstance(value, (str, int, float, bool, type(None))):
                raise serializers.ValidationError(f"{key}: a text, a number, true, false or null.")
        return own


class MergeWith(serializers.Serializer):
    other = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="The contact that goes.")
    take = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        max_length=100,
        help_text="Fields in which both say something, and what the other one says is to be kept.",
    )


class Unmerge(serializers.Serializer):
    merge = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="As it was answered when merging.")


class Merged(serializers.Serializer):
    merge = serializers.IntegerField()
    contact = ContactSerializer()


class ContactViewSet(GenericRest, ReadOnlyModelViewSet):
    """The customers with whom there is a conversation that you may see."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        return panel.known_to(self.teammate)

    def latest(self, contact: Contact) -> Conversation:
        """The conversation whose timeline tells of it."""
        mine = Conversation.objects.visible_to(self.teammate).of_contact(contact)
        return get_object_or_404(mine.newest_first()[:1])

    @extend_schema(request=Describe, responses={200: ContactSerializer})
    @action(detail=True, methods=["post"])
    def describe(self, request: Request, pk: str) -> Response:
        """Put right what is known of the contact."""
        contact, fields = self.get_object(), self.body(Describe)
        facts = fields | fields.pop("attributes", {})
        describing.describe(self.latest(contact), facts, by=self.teammate)
        return Response(ContactSerializer(Contact.objects.get(pk=contact.pk)).data)

    @extend_schema(request=MergeWith, responses={200: Merged, **problem_responses(ProblemSerializer, 409)})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Make another contact a part of this one: its addresses and conversations move here."""
        contact, fields = self.get_object(), self.body(MergeWith)
        other = get_object_or_404(self.get_queryset(), pk=fields["other"])
        made = merging.merge(contact, other, take=fields["take"], by=self.teammate, at=self.latest(contact))
        return Response(Merged({"merge": made.pk, "contact": Contact.objects.get(pk=contact.pk)}).data)

    @extend_schema(request=Unmerge, responses={200: ContactSerializer, **problem_responses(ProblemSerializer, 409)})
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, pk: str) -> Response:
        """Put back what was merged into this contact."""
        contact = self.get_object()
        made = get_object_or_404(Merge.objects.into(contact), pk=self.body(Unmerge)["merge"])
        if not panel.seen_of([made], self.teammate):
            raise Http404
        merging.undo(made, by=self.teammate, at=self.latest(contact))
        return Response(ContactSerializer(Contact.objects.get(pk=contact.pk)).data)
