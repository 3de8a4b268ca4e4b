"""Mail about waiting customers, to look at: who was told, and when."""

from django.contrib import admin

from conversations.models import Digest
from monty.admin import RecordAdmin
from teams.admin.reach import InReach


@admin.register(Digest)
class DigestAdmin(InReach, RecordAdmin):
    of_team = "teammate__memberships__team"
    list_display = ["teammate", "sent_at", "claimed_at"]
    list_display_links = None
    list_select_related = ["teammate"]
    fields = ["teammate", "sent_at", "claimed_at"]
