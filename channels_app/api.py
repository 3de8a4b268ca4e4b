"""REST: the channels customers write on."""

from rest_framework.viewsets import ReadOnlyModelViewSet

from channels_app.models import Channel
from channels_app.serializers import ChannelSerializer
from monty.rest import CursorPages, GenericRest


class ChannelViewSet(GenericRest, ReadOnlyModelViewSet):
    """The channels, each with the provider's id that its webhooks carry."""

    queryset = Channel.objects.all()
    serializer_class = ChannelSerializer
    pagination_class = CursorPages
