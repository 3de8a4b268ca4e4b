"""Saved replies that are shared, with how often each is used. What people keep or write for themselves is theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations.admin.sight import PartAdmin
from conversations.forms.saved_reply import SavedReplyForm
from conversations.models import Draft, Mention, SavedFile, SavedReply, Scheduled, ScheduledFile, Upload
from monty.admin import HouseAdmin, RecordAdmin
from teams.admin.reach import InReach


@admin.register(SavedReply)
class SavedReplyAdmin(InReach, HouseAdmin):
    shared = True
    form = SavedReplyForm
    list_display = ["title", "shortcut", "team", "used"]
    list_filter = ["team"]
    list_select_related = ["team"]
    search_fields = ["shortcut", "title", "text"]
    ordering = ["title", "pk"]
    readonly_fields = ["used"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedReply]:
        return super().get_queryset(request).filter(owner=None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """“Remove” is there only where there are files."""
        fields = super().get_fields(request, obj)
        return fields if obj and obj.files.exists() else [name for name in fields if name != "drop_files"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.keep_files()

    def delete_model(self, request: HttpRequest, obj: SavedReply) -> None:
        SavedReply.objects.filter(pk=obj.pk).discard()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        queryset.discard()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Its files go along, although they may not go alone."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected


@admin.register(SavedFile)
class SavedFileAdmin(InReach, RecordAdmin):
    of_team, shared = "reply__team", True
    list_display = ["name", "content_type", "size", "reply"]
    list_select_related = ["reply"]
    search_fields = ["name"]
    fields = ["name", "content_type", "size", "reply"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedFile]:
        return super().get_queryset(request).filter(reply__owner=None)


@admin.register(Draft)
class DraftAdmin(PartAdmin):
    """That somebody is writing; never what."""

    list_display = ["teammate", "conversation", "at"]
    list_select_related = ["teammate", "conversation__identity__contact"]
    fields = ["teammate", "conversation", "at"]


@admin.register(Upload)
class UploadAdmin(PartAdmin):
    """That files wait for an answer; never which."""

    list_display = ["teammate", "conversation", "size", "at"]
    list_select_related = ["teammate", "conversation__identity__contact"]
    fields = ["teammate", "conversation", "size", "at"]


@admin.register(Mention)
class MentionAdmin(PartAdmin):
    list_display = ["at", "teammate", "conversation", "seen_at"]
    list_select_related = ["teammate", "conversation__identity__contact"]
    fields = ["at", "teammate", "conversation", "message", "seen_at"]


@admin.register(Scheduled)
class ScheduledAdmin(PartAdmin):
    """Answers to be sent later: what became of each."""

    list_display = ["send_at", "state", "conversation", "by", "because"]
    list_filter = ["state"]
    list_select_related = ["by", "conversation__identity__contact"]
    fields = ["conversation", "by", "text", "send_at", "state", "because", "reason", "message", "at"]
    ordering = ["-pk"]
    sortable_by = ()


@admin.register(ScheduledFile)
class ScheduledFileAdmin(PartAdmin):
    list_display = ["name", "content_type", "size", "scheduled"]
    list_select_related = ["scheduled"]
    fields = ["name", "content_type", "size", "scheduled"]
    ordering = ["-pk"]
    sortable_by = ()
    seen_through = ("scheduled__conversation", "pk")
