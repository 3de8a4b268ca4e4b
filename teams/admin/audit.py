"""The audit log in the admin: to search, never to change."""

from operator import itemgetter
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import RecordAdmin, one_of
from teams.admin.reach import InReach
from teams.audit import KINDS
from teams.models import AuditEntry, Deed, Door

# What models are called; in the reader's language when it is read.
NAMES = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}


class Kind(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        told = ((model._meta.label_lower, str(model._meta.verbose_name)) for model in KINDS)
        return sorted(told, key=itemgetter(1))

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(kind=self.value()) if self.value() else rows


@admin.register(AuditEntry)
class AuditAdmin(InReach, RecordAdmin):
    """Whoever is held to their teams sees what the people of these did."""

    is_record = False
    of_team = "actor__memberships__team"
    list_display = ["at", "actor_name", "what", "details", "whence"]
    list_filter = [one_of("deed", _("deed"), Deed.choices), Kind, one_of("door", _("way"), Door.choices)]
    search_fields = ["actor_name", "subject", "=key", "=address"]
    search_help_text = _("A person's name, what it was done to, its number, or an address.")
    fields = ["at", "actor_name", "deed", "kind", "subject", "key", "details", ("door", "address")]
    readonly_fields = ["details"]
    ordering = ["-pk"]
    sortable_by = ()

    @admin.display(description=_("what"))
    def what(self, row: AuditEntry) -> str:
        kind = NAMES.get(row.kind, row.kind)
        return format_html("{} {}: <bdi>{}</bdi>", row.get_deed_display(), kind, row.subject)

    @admin.display(description=_("from"))
    def whence(self, row: AuditEntry) -> str:
        return format_html("{}<br>{}", row.address or "–", row.get_door_display())

    @admin.display(description=_("details"))
    def details(self, row: AuditEntry) -> str:
        """“capacity: 10 → 4”, each on a line of its own."""
        lines = ((name, said(value)) for name, value in row.data.items())
        return format_html(
            '<div class="audit-details">{}</div>', format_html_join("", "<p>{}: <bdi>{}</bdi></p>", lines)
        )


def said(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{worded(value[0])} → {worded(value[1])}"
    return worded(value)


def worded(value: Any) -> str:
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    return "–" if value in (None, "") else str(value)
