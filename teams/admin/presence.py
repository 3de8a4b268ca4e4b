"""When teammates came and went, to look at."""

from django.contrib import admin

from monty.admin import RecordAdmin
from teams.admin.reach import InReach
from teams.models import PresenceChange


@admin.register(PresenceChange)
class PresenceChangeAdmin(InReach, RecordAdmin):
    of_team = "teammate__memberships__team"
    list_display = ["at", "teammate", "what", "reason", "by"]
    list_display_links = None
    list_filter = ["what", "teammate"]
    list_select_related = ["teammate", "by"]
    search_fields = ["teammate__username", "teammate__first_name", "teammate__last_name"]
    sortable_by = ()
