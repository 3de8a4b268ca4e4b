"""REST: what providers posted, as it came, and to have it read once more."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from channels_app.models import Delivery
from conversations.api.bodies import Nothing
from monty.rest import IdFilter, NewestFirst
from teams.arranging import Administered, button

STATES = Delivery.State.choices


class RawDeliverySerializer(serializers.ModelSerializer[Delivery]):
    """`failed`: part of it could not be read, and `error` says why."""

    class Meta:
        model = Delivery
        fields = ["id", "channel", "state", "received_at", "tries", "error"]
        read_only_fields = fields


class WholeRawDeliverySerializer(RawDeliverySerializer):
    """With its body for people: JSON with indents, else as it came, and not without end."""

    content = serializers.CharField(source="shown", read_only=True)

    class Meta(RawDeliverySerializer.Meta):
        fields = [*RawDeliverySerializer.Meta.fields, "content"]
        read_only_fields = fields


class RawDeliveryFilter(filters.FilterSet):
    channel = IdFilter()
    state = filters.ChoiceFilter(choices=STATES)


class RawDeliveryViewSet(Administered, ReadOnlyModelViewSet):
    """What providers posted; newest first."""

    queryset = Delivery.objects.all()
    serializer_class = WholeRawDeliverySerializer
    pagination_class = NewestFirst
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = RawDeliveryFilter

    def get_queryset(self) -> Any:
        # Up to 4 MB each: read only for the one that is shown.
        return Delivery.objects.defer("body") if self.action == "list" else Delivery.objects.all()

    def get_serializer_class(self) -> Any:
        return RawDeliverySerializer if self.action == "list" else WholeRawDeliverySerializer

    again = button("again", Nothing, tells="Read it once more: what was read comes to nobody twice.")
