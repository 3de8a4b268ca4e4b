"""How sending went, and what belongs to a message or an identity: to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from channels_app.verdicts import Verdict
from conversations.admin.sight import PartAdmin
from conversations.models import Alias, Attempt, EarlyReceipt, Reaction
from monty.admin import RecordAdmin, one_of
from teams.admin.reach import InReach


@admin.register(Attempt)
class AttemptAdmin(PartAdmin):
    seen_through = ("message__conversation", "pk")
    list_display = ["at", "message", "outcome", "code", "detail", "by"]
    list_filter = [one_of("outcome", _("outcome"), [("sent", _("sent")), *((each, each) for each in Verdict)])]
    list_select_related = ["message", "by"]
    search_fields = ["=message__id", "=code"]
    search_help_text = _("A message's number, or a provider's error code.")
    fields = ["at", "message", "outcome", "code", "detail", "by"]


@admin.register(Reaction)
class ReactionAdmin(PartAdmin):
    seen_through = ("message__conversation", "pk")
    list_display = ["at", "message", "emoji"]
    list_select_related = ["message"]
    fields = ["at", "message", "emoji"]


@admin.register(Alias)
class AliasAdmin(PartAdmin):
    seen_through = ("identity", "identity")
    list_display = ["external_id", "identity", "channel"]
    list_select_related = ["identity__contact", "identity__channel", "channel"]
    search_fields = ["=external_id"]
    fields = ["external_id", "identity", "channel"]


@admin.register(EarlyReceipt)
class EarlyReceiptAdmin(InReach, RecordAdmin):
    """No message is known yet, so nobody's conversation is seen by it."""

    of_team = "channel__team"

    list_display = ["received_at", "channel", "external_id", "status", "error"]
    list_select_related = ["channel"]
    search_fields = ["=external_id"]
    fields = ["received_at", "channel", "external_id", "status", "code", "error", "at"]
    ordering = ["-pk"]
    sortable_by = ()
