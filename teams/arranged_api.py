"""REST: who is in which team, working hours, invitations, settings, and the log of who arranged what."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.viewsets import ReadOnlyModelViewSet

from monty.rest import CursorPages, IdFilter, NewestFirst
from teams import invitations
from teams.arranged_serializers import (
    AuditEntrySerializer,
    InvitationSerializer,
    KeepingSerializer,
    MembershipSerializer,
    ScheduleSerializer,
    SettingSerializer,
)
from teams.arranging import Administered, Changing
from teams.models import AuditEntry, Deed, Invitation, Keeping, Membership, Schedule, Setting


class MembershipFilter(filters.FilterSet):
    team = IdFilter()
    teammate = IdFilter()


class MembershipViewSet(Administered, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """Who is in which team, and as what."""

    queryset = Membership.objects.order_by("pk")
    serializer_class = MembershipSerializer
    pagination_class = CursorPages
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = MembershipFilter


class ScheduleViewSet(Administered, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """Working hours, which teams keep."""

    queryset = Schedule.objects.with_hours().order_by("pk")
    serializer_class = ScheduleSerializer
    pagination_class = CursorPages


class InvitationViewSet(Administered, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """Links by which people make their own account."""

    queryset = Invitation.objects.select_related("made_by")
    serializer_class = InvitationSerializer
    pagination_class = NewestFirst

    def perform_create(self, serializer: Any) -> None:
        """By the verb, which asks what whoever invites may give."""
        serializer.instance = invitations.invite(**serializer.validated_data, by=self.teammate)


class SettingViewSet(Administered, Changing, ReadOnlyModelViewSet):
    """What the whole installation goes by."""

    queryset = Setting.objects.known().order_by("pk")
    serializer_class = SettingSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        return Setting.objects.known().order_by("pk")


class AuditFilter(filters.FilterSet):
    actor = IdFilter()
    kind = filters.CharFilter(max_length=60)
    key = filters.CharFilter(max_length=64)
    deed = filters.ChoiceFilter(choices=Deed.choices)


class AuditViewSet(Administered, ReadOnlyModelViewSet):
    """Who configured, exported or deleted what; newest first."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    pagination_class = NewestFirst
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = AuditFilter


class KeepingViewSet(Administered, ReadOnlyModelViewSet):
    """What is kept, how long, and what waits to be forgotten. How long is changed by `settings/`."""

    queryset = Keeping.objects.order_by("pk")
    serializer_class = KeepingSerializer
    pagination_class = CursorPages
