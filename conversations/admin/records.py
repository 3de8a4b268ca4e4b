"""What conversations consist of: to look at, never to change."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import PartAdmin
from conversations.models import Attachment, Episode, Event, Message, State
from conversations.models.event import IN_THREAD, EventQuerySet
from conversations.models.message_queries import MessageQuerySet
from conversations.models.message_states import VERBS
from conversations.models.states import ENDED
from monty.admin import Figure, one_of
from monty.admin_actions import ManyAdmin
from monty.admin_buttons import Button
from teams.models import Teammate

LATELY = timedelta(days=1)


def retry(message: Message, *, by: Teammate) -> None:
    message.conversation.retry(message, by=by)


class Undelivered(admin.SimpleListFilter):
    """A person must look at these."""

    title = _("did not arrive")
    parameter_name = "undelivered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("lately", _("Last 24 hours")), ("ever", _("Ever"))]

    def queryset(self, request: HttpRequest, rows: models.QuerySet) -> models.QuerySet:
        if self.value() not in ("lately", "ever"):
            return rows
        found = cast("MessageQuerySet", rows).undelivered()
        return found.since(timezone.now() - LATELY) if self.value() == "lately" else found


@admin.register(Message)
class MessageAdmin(PartAdmin, ManyAdmin):
    """What did not arrive is tried again here; everything else of a message happens in its conversation."""

    is_record = False
    buttons = {"retry": Button(_("Retry"), retry)}
    on_many = {
        "retry": _("Send these messages once more? Of those whose fate is unknown the customer may get a second one.")
    }
    list_display = ["at", "conversation", "author_kind", "author", "preview", "status", "error"]
    list_filter = [Undelivered, "status", "author_kind", "private", "channel"]
    list_select_related = ["conversation__identity__contact", "author"]
    search_fields = ["=conversation__id", "=external_id"]
    search_help_text = _("A conversation's number, or the provider's id of a message.")
    fields = [
        "conversation",
        ("author_kind", "author", "private"),
        "text",
        "details",
        ("status", "error"),
        "at",
        "reply_to",
        "external_id",
        "client_id",
        ("edited_at", "unsent_at", "elsewhere"),
        "raw",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Message]:
        return super().get_queryset(request).prefetch_related("attachments")

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        failed = (
            cast("MessageQuerySet", self.get_queryset(request)).undelivered().since(timezone.now() - LATELY).count()
        )
        yield Figure(_t("Failed messages, last 24 hours"), failed, self.list_url(undelivered="lately"), bool(failed))

    def names_for(self, row: Message) -> Iterable[str]:
        return [name for name in VERBS.get(row.status, []) if name in self.buttons]


@admin.register(Attachment)
class AttachmentAdmin(PartAdmin):
    seen_through = ("message__conversation", "pk")
    list_display = ["label", "content_type", "size", "state", "message"]
    list_filter = ["state"]
    list_select_related = ["message"]
    search_fields = ["=uuid", "name"]
    fields = ["name", "content_type", "size", ("state", "reason", "fetch_at"), "message", "uuid"]


@admin.register(Episode)
class EpisodeAdmin(PartAdmin):
    list_display = ["conversation", "started_at", "first_reply_at", "first_reply_by", "ended_at", "ended_by", "outcome"]
    list_filter = [one_of("outcome", _("outcome"), [(state, State(state).label) for state in ENDED])]
    list_select_related = ["conversation__identity__contact", "first_reply_by", "ended_by"]
    search_fields = ["=conversation__id"]
    search_help_text = _("A conversation's number.")


@admin.register(Event)
class EventAdmin(PartAdmin):
    list_display = ["at", "conversation", "verb", "actor", "state", "published"]
    list_filter = [
        "published",
        one_of("verb", _("verb"), [(verb, verb) for verb in IN_THREAD]),
        one_of("state", _("state"), State.choices),
    ]
    list_select_related = ["conversation__identity__contact", "actor"]
    search_fields = ["=conversation__id"]
    search_help_text = _("A conversation's number.")
    fields = ["at", "conversation", "verb", "actor", "message", "state", "team_id", "assignee_id", "data", "published"]

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        missed = cast("EventQuerySet", self.get_queryset(request)).missed().count()
        yield Figure(_t("Unpublished events"), missed, self.list_url(published__exact=0), alarming=bool(missed))
