"""REST for what is configured: whoever may do it in the admin may do it here, by the same pages' rules."""

import copy
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError as Invalid
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from monty.admin_buttons import ButtonAdmin
from monty.errors import InUse, Overtaken
from teams.access import InboxPermission
from teams.admin.reach import within
from teams.models import Scope
from teams.rest import GenericRest


class RowSerializer(serializers.ModelSerializer):
    """A row as its model wants it: what `full_clean` says of it, and no team beyond the reach of whoever asks."""

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        model: Any = self.Meta.model
        columns = {field.name for field in model._meta.concrete_fields}
        row = copy.copy(self.instance) if self.instance is not None else model()
        for name in columns & fields.keys():
            setattr(row, name, fields[name])
        self.demand_reach(row)
        written = {field.source for field in self._writable_fields}
        try:
            row.full_clean(exclude=columns - written)
        except Invalid as error:
            told = error.message_dict
            raise serializers.ValidationError(
                {"non_field_errors" if name == "__all__" else name: told[name] for name in told}
            ) from error
        return fields

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Only what was sent is written: somebody else may be changing the rest."""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save(update_fields=list(validated_data))
        return instance

    def demand_reach(self, row: Any) -> None:
        """Whoever is held to their teams arranges for these and their people: of no team would be of everybody."""
        request = self.context["request"]
        if within(request) is None:
            return
        for name in {"team", "teammate"} & self.fields.keys():
            rows = admin.site.get_model_admin(row._meta.get_field(name).related_model).get_queryset(request)
            if not rows.filter(pk=getattr(row, f"{name}_id")).exists():
                raise serializers.ValidationError({name: [_("Choose one of your own teams.")]})


class MayArrange(BasePermission):
    """Whoever may add, change or delete such a row in the admin."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not IsAuthenticated().has_permission(request, view):
            return False
        if request.method in SAFE_METHODS:
            return view.may_look(request)
        if view.action is None:
            # There is no such method, as the framework says next.
            return True
        page = view.page
        may_enter = admin.site.has_permission(request)
        return may_enter and (view.detail or request.method != "POST" or page.has_add_permission(request))

    def has_object_permission(self, request: Request, view: Any, row: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        if view.action == "destroy":
            return view.page.has_delete_permission(request, row)
        if request.method == "POST":
            return is_allowed_to_press(view.page, request, row)
        return view.page.has_change_permission(request, row)


def is_allowed_to_press(page: Any, request: Request, row: Any) -> bool:
    return page.may_press(request) if isinstance(page, ButtonAdmin) else page.has_change_permission(request, row)


class Configured(GenericRest, GenericViewSet):
    """What the admin has a page for. Who sees it in the inbox looks; who may change the page changes."""

    write_scope = Scope.ADMIN
    permission_classes = [MayArrange]
    filter_backends: Any = ()

    @property
    def page(self) -> Any:
        """The model's page in the admin, which knows who may do what to which rows."""
        return admin.site.get_model_admin(self.get_queryset().model)

    def may_look(self, request: Request) -> bool:
        return InboxPermission().has_permission(request, self)

    def within_reach(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(pk__in=self.page.get_queryset(self.request).values("pk"))

    def filter_queryset(self, queryset: Any) -> Any:
        """What is changed is what the admin would list."""
        rows = super().filter_queryset(queryset)
        return rows if self.request.method in SAFE_METHODS else self.within_reach(rows)

    def shown(self, pk: Any) -> Any:
        """As it is now, also what was read before."""
        return self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data

    def perform_create(self, serializer: Any) -> None:
        self.keep(serializer)

    def perform_update(self, serializer: Any) -> None:
        self.keep(serializer)

    def keep(self, serializer: Any, **facts: Any) -> None:
        try:
            with transaction.atomic():
                serializer.save(**facts)
        except IntegrityError as error:
            raise Overtaken(_("Somebody has just changed this, too. Look at it again.")) from error

    def perform_destroy(self, instance: Any) -> None:
        try:
            with transaction.atomic():
                instance.delete()
        except models.ProtectedError as error:
            raise InUse(_("Other things hang on this, so it stays.")) from error


def may_look_at(page: Any, request: Request) -> bool:
    """A page of the admin."""
    return admin.site.has_permission(request) and page.has_view_permission(request)


class Administered(Configured):
    """What is of no concern in the inbox: only whoever may look at its page in the admin sees it."""

    def may_look(self, request: Request) -> bool:
        return may_look_at(self.page, request)

    def filter_queryset(self, queryset: Any) -> Any:
        return self.within_reach(super().filter_queryset(queryset))


class Changing:
    """PATCH alone: what is left out stays as it is."""

    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is left out stays as it is."""
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        self.perform_update(serializer)
        return Response(self.shown(serializer.instance.pk))


def button(name: str, body: type[serializers.Serializer], *, tells: str, pressed: str = "") -> Any:
    """The POST address of a button of the row's page in the admin; both logs get their line."""

    def run(view: Any, request: Request, **_address: Any) -> Response:
        page: ButtonAdmin = view.page
        row = view.get_object()
        page.carry_out(cast("Any", request), row, page.buttons[pressed or name], view.body(body))
        return Response(view.shown(row.pk))

    run.__name__, run.__doc__ = name, tells
    return extend_schema(request={"application/json": body})(action(detail=True, methods=["post"])(run))
