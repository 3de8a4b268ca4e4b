"""REST: the channels customers write on, and the templates that their providers have approved."""

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from channels_app.forms import PREFIX, ChannelForm
from channels_app.models import Channel, Template
from channels_app.serializers import AddChannel, ChangeChannel, ChannelSerializer, TemplateSerializer
from monty.rest import CursorPages
from teams.admin.reach import within
from teams.arranging import Configured
from teams.rest import GenericRest


class ChannelViewSet(Configured, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """The channels, each with the provider's id that its webhooks carry."""

    queryset = Channel.objects.all()
    serializer_class = ChannelSerializer
    pagination_class = CursorPages

    def may_look(self, request: Request) -> bool:
        """Whoever connects channels need not be in the inbox."""
        return True

    @extend_schema(request=AddChannel, responses={201: ChannelSerializer})
    def create(self, request: Request) -> Response:
        """One of a kind. Its settings follow by PATCH."""
        body = AddChannel(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        self.keep(body)
        return Response(ChannelSerializer(body.instance).data, status=201)

    @extend_schema(request=ChangeChannel, responses=ChannelSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """By the form of its page in the admin: a secret that is left out stays as it is."""
        row = self.get_object()
        body = ChangeChannel(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        form = filled_in(row, dict(body.validated_data))
        reach = within(cast("HttpRequest", request))
        if reach is not None:
            form.fields["team"].queryset, form.fields["team"].required = reach, True  # type: ignore[attr-defined]
        if not form.is_valid():
            raise ValidationError(
                {name.removeprefix(f"{PREFIX}-"): [str(each) for each in told] for name, told in form.errors.items()}
            )
        with transaction.atomic():
            form.save()
            row.configure(**form.typed())
        return Response(ChannelSerializer(Channel.objects.get(pk=row.pk)).data)


def filled_in(row: Channel, sent: dict[str, Any]) -> ChannelForm:
    """The form as its page would send it: what is there, and over it what was sent. Raises ValidationError."""
    config, shown = sent.pop("config", {}), ChannelForm(instance=row)
    unknown = sorted(name for name in config if f"{PREFIX}-{name}" not in shown.fields)
    if unknown:
        raise ValidationError({"config": [_("There is no setting “%(name)s”.") % {"name": unknown[0]}]})
    there = {name: shown[name].value() for name in shown.fields}
    return ChannelForm(there | sent | {f"{PREFIX}-{name}": config[name] for name in config}, instance=row)


class Templates(GenericRest, ListAPIView):
    """The channel's templates as they were at the last sync, with what has to be filled in."""

    queryset = Template.objects.all()
    serializer_class = TemplateSerializer
    pagination_class = CursorPages
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Template.objects.of_channel(get_object_or_404(Channel, pk=self.kwargs["channel"]))
