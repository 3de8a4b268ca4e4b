"""What programs log in by, and what they have asked for once: to look at. Nothing here opens anything."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from monty.admin import RecordAdmin
from teams.admin.reach import InReach
from teams.models import ApiToken, IdempotencyKey, Scope


@admin.register(ApiToken)
class ApiTokenAdmin(InReach, RecordAdmin):
    """They end by a button of their teammate's page, or by their owner's own page."""

    of_team = "teammate__memberships__team"
    list_display = ["teammate", "name", "good_for", "start", "made_at", "expires_at", "used_at"]
    list_filter = ["scope"]
    list_select_related = ["teammate"]
    search_fields = ["name", "teammate__username", "teammate__first_name", "teammate__last_name", "=start"]
    fields = ["teammate", "name", "good_for", "start", "made_at", "expires_at", "used_at"]
    ordering = ["-pk"]
    sortable_by = ()

    @admin.display(description=_("may be used to"))
    def good_for(self, token: ApiToken) -> str:
        return str(Scope(token.scope).label)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(InReach, RecordAdmin):
    """That something was asked for under a key; never what, nor what was answered."""

    of_team = "teammate__memberships__team"
    list_display = ["claimed_at", "teammate", "key", "status"]
    list_select_related = ["teammate"]
    search_fields = ["=key"]
    fields = ["claimed_at", "teammate", "key", "status"]
    ordering = ["-pk"]
    sortable_by = ()
