"""REST: how far everything is measured for the reports, and having it measured anew."""

from typing import Any

from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing
from conversations.models import Meter
from monty.rest import CursorPages
from teams.arranging import Administered, button


class MeterSerializer(serializers.ModelSerializer[Meter]):
    """`percent`: of all conversations, 100 once it is done. `asked_at`: when everything was to be measured last."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = Meter
        fields = ["id", "percent", "asked_at"]
        read_only_fields = fields


class MeterViewSet(Administered, ReadOnlyModelViewSet):
    """How far everything is measured. There is one, as soon as anything was."""

    queryset: Any = Meter.objects.all()
    serializer_class = MeterSerializer
    pagination_class = CursorPages

    measure = button("measure", Nothing, tells="Measure everything anew, in the background.")
