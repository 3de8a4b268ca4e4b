"""REST: the channels customers write on, and the templates that their providers have approved."""

from typing import Any

from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.viewsets import ReadOnlyModelViewSet

from channels_app.models import Channel, Template
from channels_app.serializers import ChannelSerializer, TemplateSerializer
from monty.rest import CursorPages, GenericRest


class ChannelViewSet(GenericRest, ReadOnlyModelViewSet):
    """The channels, each with the provider's id that its webhooks carry."""

    queryset = Channel.objects.all()
    serializer_class = ChannelSerializer
    pagination_class = CursorPages


class Templates(GenericRest, ListAPIView):
    """The channel's templates as they were at the last sync, with what has to be filled in."""

    queryset = Template.objects.all()
    serializer_class = TemplateSerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Template.objects.of_channel(get_object_or_404(Channel, pk=self.kwargs["channel"]))
