"""Saved views and bulk actions: to look at."""

from django.contrib import admin

from conversations.admin.sight import PartAdmin
from conversations.models import BulkItem, BulkRun, SavedView
from monty.admin import RecordAdmin


@admin.register(SavedView)
class SavedViewAdmin(RecordAdmin):
    list_display = ["name", "owner", "team", "for_everybody"]
    list_select_related = ["owner", "team"]
    search_fields = ["name"]
    fields = ["name", "owner", "base", "wishes", "team", "for_everybody", "position"]
    ordering = ["-pk"]


@admin.register(BulkRun)
class BulkRunAdmin(RecordAdmin):
    list_display = ["started_at", "by", "verb", "total", "done", "failed", "finished_at"]
    list_select_related = ["by"]
    fields = ["by", "verb", "arguments", "undoes", "total", "done", "failed", "started_at", "finished_at"]
    ordering = ["-pk"]
    sortable_by = ()


@admin.register(BulkItem)
class BulkItemAdmin(PartAdmin):
    list_display = ["run", "conversation", "settled", "reason"]
    list_select_related = ["run", "conversation__identity__contact"]
    fields = ["run", "conversation", "settled", "event", "reason"]
