"""REST: everything that is known of a customer handed out, and forgotten for good."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from conversations.api.serializers import ContactSerializer
from conversations.contacts import belongings
from conversations.models import Contact
from teams.arranging import Administered, button
from teams.models import Scope


class EraseContact(serializers.Serializer):
    """It is for good, so it wants to be said."""

    sure = serializers.BooleanField(help_text="Has to be true.")

    def validate_sure(self, sure: bool) -> bool:
        if not sure:
            raise serializers.ValidationError("Has to be true.")
        return sure


class ContactCareViewSet(Administered, GenericViewSet):
    """Any customer there is, also one with whom there is no conversation."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True)
    def export(self, request: Request, pk: str) -> FileResponse:
        """Everything that is known of somebody, as a ZIP. That somebody took it is in the audit log."""
        self.demand_scope(Scope.ADMIN)
        return belongings.answer(self.get_object(), by=self.teammate)

    erase = button("erase", EraseContact, tells="Forget who somebody is, and what was said with them: for good.")

    def shown(self, pk: Any) -> Any:
        """What is left of them."""
        return ContactSerializer(Contact.objects.get(pk=pk)).data
