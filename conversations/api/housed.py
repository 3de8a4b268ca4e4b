"""REST: what people write down to use again. One's own are one's own; what is shared is arranged as in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.forms import ModelForm
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.models.housed import Housed
from monty.errors import Forbidden
from monty.rest import CursorPages
from teams.models import Scope
from teams.rest import GenericRest


class HousedViewSet(GenericRest, ReadOnlyModelViewSet):
    """Kept by the same form as on the page and in the admin; `form_data` says what of a body its fields are."""

    pagination_class = CursorPages
    filter_backends: Any = ()
    takes: type[serializers.Serializer]
    # What a field of the form is called in a body, where that is something else.
    called: dict[str, str] = {}

    def form(self, row: Any, fields: dict[str, Any]) -> ModelForm:
        """The form, filled in with what is there and over it what was sent."""
        raise NotImplementedError

    def put_away(self, row: Any) -> None:
        row.delete()

    @property
    def model(self) -> Any:
        return self.get_queryset().model

    @property
    def page(self) -> Any:
        return admin.site.get_model_admin(self.model)

    def write(self, row: Housed, fields: dict[str, Any], *, status: int) -> Response:
        form = self.form(row, fields)
        if row.owner_id is not None:
            del form.fields["team"]
        if not form.is_valid():
            raise ValidationError(
                {self.called.get(name, name): [str(each) for each in told] for name, told in form.errors.items()}
            )
        if row.owner_id is None:
            self.demand_reach(form.cleaned_data.get("team"))
        with transaction.atomic():
            self.keep(form)
        shown = self.get_serializer(self.get_queryset().get(pk=form.instance.pk))
        return Response(shown.data, status=status)

    def keep(self, form: Any) -> None:
        form.save()

    def create(self, request: Request) -> Response:
        """One of your own; with `shared`, a team's or everybody's."""
        fields = self.body(self.takes)
        shared = fields.pop("shared", False)
        if shared:
            self.demand_arranging(self.page.has_add_permission(request))
        return self.write(self.model(owner=None if shared else self.teammate), fields, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """What is left out stays as it is."""
        row = self.own_or_arranged("has_change_permission")
        body = self.takes(data=request.data, partial=True, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        fields = {name: value for name, value in body.validated_data.items() if name != "shared"}
        return self.write(row, fields, status=200)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        self.put_away(self.own_or_arranged("has_delete_permission"))
        return Response(status=204)

    def own_or_arranged(self, permission: str) -> Any:
        """Raises Forbidden, InsufficientScope."""
        row = self.get_object()
        if row.owner_id != self.teammate.pk:
            reached = self.page.get_queryset(self.request).filter(pk=row.pk).exists()
            self.demand_arranging(reached and getattr(self.page, permission)(self.request, row))
        return row

    def demand_arranging(self, may: bool) -> None:
        if not (may and admin.site.has_permission(self.request)):
            raise Forbidden(_("Only who arranges this for others may do so; your own are yours."))
        self.demand_scope(Scope.ADMIN)

    def demand_reach(self, team: models.Model | None) -> None:
        """Whoever is held to their teams shares with one of them."""
        if not self.teammate.own_teams_only:
            return
        teams = admin.site.get_model_admin(self.model.team.field.related_model).get_queryset(self.request)
        if team is None or not teams.filter(pk=team.pk).exists():
            raise ValidationError({"team": [_("Choose one of your own teams.")]})
