"""What else is to be known of contacts, and which of them were made one."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.models import Attribute, Merge
from monty.admin import HouseAdmin, RecordAdmin
from teams.admin.reach import Everybodys
from teams.models import Teammate


@admin.register(Attribute)
class AttributeAdmin(Everybodys, HouseAdmin):
    """An attribute's key and kind stay: saved replies and what is known of contacts hang on them."""

    list_display = ["label", "key", "kind", "position"]
    list_editable = ["position"]
    search_fields = ["label", "key"]
    fields = ["label", "key", "kind", "options", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key", "kind"] if obj else []


@admin.register(Merge)
class MergeAdmin(RecordAdmin):
    """Who made which contacts one. It is undone beside the conversation, where what hangs on it is seen."""

    list_display = ["at", "stays", "goes", "by", "undone_at"]
    list_select_related = ["stays", "goes", "by"]
    search_fields = ["stays__name", "goes__name"]
    search_help_text = _("The name of either contact.")
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["at", "stays", "goes", "by", ("undone_at", "undone_by"), "changed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        """What came together may come from conversations of every team."""
        rows = super().get_queryset(request)
        return rows if cast("Teammate", request.user).oversees else rows.none()
