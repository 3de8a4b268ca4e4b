"""Macros that are shared, with how often each is used. What people keep for themselves is theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from conversations.forms.macro import MacroForm
from conversations.macros.words import Names
from conversations.models import Macro
from monty.admin import HouseAdmin
from teams.admin.reach import InReach


@admin.register(Macro)
class MacroAdmin(InReach, HouseAdmin):
    shared = True
    form = MacroForm
    list_display = ["name", "key", "team", "used"]
    list_filter = ["team"]
    list_select_related = ["team"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    readonly_fields = ["used"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Macro]:
        return super().get_queryset(request).filter(owner=None)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """The steps are no field of the form; how often it was used goes on being counted."""
        obj.save(update_fields=["name", "key", "team", "steps"] if change else None)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        names = Names.of([row])
        return {"subtitle": " · ".join(names.words(step) for step in row.steps)}
