"""Saved views: to look at."""

from django.contrib import admin

from conversations.models import SavedView
from monty.admin import RecordAdmin
from teams.admin.reach import InReach


@admin.register(SavedView)
class SavedViewAdmin(InReach, RecordAdmin):
    of_team = "owner__memberships__team"
    list_display = ["name", "owner", "team", "for_everybody"]
    list_select_related = ["owner", "team"]
    search_fields = ["name"]
    fields = ["name", "owner", "base", "wishes", "team", "for_everybody", "position"]
    ordering = ["-pk"]
