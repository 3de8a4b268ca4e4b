"""Labels: made and switched off here, put on conversations by agents."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import PartAdmin
from conversations.models import Label, Labelling
from monty.admin import HouseAdmin
from teams.admin.reach import InReach


def chips(labels: Iterable[Label]) -> SafeString | str:
    """As they look in the inbox."""
    marks = ((each.colour, each.name) for each in labels)
    return format_html_join(" ", '<span class="label is-{}" dir="auto">{}</span>', marks) or "–"


@admin.register(Label)
class LabelAdmin(InReach, HouseAdmin):
    shared = True
    list_display = ["name", "chip", "team", "offered"]
    list_filter = ["offered", "team"]
    list_select_related = ["team"]
    search_fields = ["name"]
    fields = ["name", "colour", "team", "offered"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that conversations have is switched off instead: what was said of them stays said."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.labellings.exists())

    @admin.display(description=_("looks like"))
    def chip(self, label: Label) -> str:
        return chips([label])


@admin.register(Labelling)
class LabellingAdmin(PartAdmin):
    """Which conversations have a label."""

    list_display = ["label", "conversation"]
    list_filter = ["label"]
    list_select_related = ["label", "conversation__identity__contact"]
    search_fields = ["=conversation__id"]
