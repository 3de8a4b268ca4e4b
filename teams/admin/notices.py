"""What teammates have chosen to be told of, to look at: it is theirs to choose."""

from django.contrib import admin

from monty.admin import RecordAdmin
from teams.admin.reach import InReach
from teams.models import Choice


@admin.register(Choice)
class ChoiceAdmin(InReach, RecordAdmin):
    of_team = "teammate__memberships__team"
    list_display = ["teammate", "about", "way", "on"]
    list_display_links = None
    list_filter = ["about", "way", "on"]
    list_select_related = ["teammate"]
    search_fields = ["teammate__username", "teammate__first_name", "teammate__last_name"]
