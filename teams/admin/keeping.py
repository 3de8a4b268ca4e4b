"""What is kept, how long, and what waits to be forgotten: to look at. How long is changed in the settings."""

from datetime import timedelta
from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from monty.admin import RecordAdmin, list_of
from teams.models import Keeping, Setting
from teams.models.keeping import MOST_COUNTED, KeepingQuerySet
from teams.models.setting import DAY


@admin.register(Keeping)
class KeepingAdmin(RecordAdmin):
    list_display = ["what", "rule", "waiting", "ran_at", "forgotten"]
    list_display_links = None
    fields = ["what", "rule", "waiting", "ran_at", "forgotten"]
    readonly_fields = ["what", "rule", "waiting", "forgotten"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Keeping]:
        return cast("KeepingQuerySet", super().get_queryset(request)).known()

    @admin.display(description=_("kind of data"))
    def what(self, row: Keeping) -> str:
        return capfirst(str(row))

    @admin.display(description=_("is kept"))
    def rule(self, row: Keeping) -> str:
        """With the way to its setting."""
        rule, kept = row.kind.rule, row.kind.kept
        if rule is None:
            return _t("until it is over")
        return format_html('<a href="{}">{}</a>', list_of(Setting, name=rule.name), told(kept))

    @admin.display(description=_("wait to be forgotten"))
    def waiting(self, row: Keeping) -> str:
        number = row.waiting
        return number_format(number) + ("+" if number == MOST_COUNTED else "")

    @admin.display(description=_("forgotten then"))
    def forgotten(self, row: Keeping) -> str:
        return "–" if row.ran_at is None else number_format(row.went)


def told(kept: timedelta | None) -> str:
    if kept is None:
        return _t("for ever")
    days = kept / DAY
    words = ngettext("%(days)s day", "%(days)s days", round(days))
    return words % {"days": number_format(days, decimal_pos=None if days % 1 else 0)}
