"""The conversation's own page and list."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.admin.forms import (
    AssignForm,
    HandToForm,
    LabelForm,
    OneLabelForm,
    PriorityForm,
    ReasonForm,
    SnoozeForm,
)
from conversations.admin.labels import chips
from conversations.admin.sight import InSight
from conversations.contacts import blocking
from conversations.inbox import timeline
from conversations.models import Conversation
from monty import counting
from monty.admin import Figure, page_of
from monty.admin_actions import ManyAdmin
from monty.admin_buttons import Button, VerbAdmin

# How much of the timeline a page shows.
NEWEST = 50


class Now(admin.SimpleListFilter):
    title = _("inbox")
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("live", _("Live")),
            ("waiting", _("Waiting for an answer")),
            ("unassigned", _("Unassigned")),
            ("expiring", _("Expiring soon")),
            ("snoozed", _("Snoozed")),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        questions = {
            "live": rows.live,  # type: ignore[attr-defined]
            "waiting": rows.live().awake().waiting,  # type: ignore[attr-defined]
            "unassigned": rows.unassigned,  # type: ignore[attr-defined]
            "expiring": rows.expiring,  # type: ignore[attr-defined]
            "snoozed": rows.snoozed,  # type: ignore[attr-defined]
        }
        ask = questions.get(self.value() or "")
        return ask() if ask else rows


@admin.register(Conversation)
class ConversationAdmin(InSight, VerbAdmin, ManyAdmin):
    buttons = {
        "assign": Button(_("Assign"), Conversation.assign_to, AssignForm),
        "hand_to": Button(_("Hand to team"), Conversation.hand_to, HandToForm),
        "unassign": Button(_("Unassign"), Conversation.unassign),
        "label": Button(_("Label"), Conversation.label, LabelForm),
        "prioritize": Button(_("Priority"), Conversation.prioritize, PriorityForm),
        "snooze": Button(_("Snooze"), Conversation.snooze, SnoozeForm),
        "wake": Button(_("Wake now"), Conversation.wake),
        "close": Button(_("Close"), Conversation.close, ReasonForm),
        "drop": Button(_("Drop"), Conversation.drop, ReasonForm, tone="is-grave"),
        "block": Button(_("Block customer"), blocking.block, tone="is-grave"),
        "unblock": Button(_("Unblock customer"), blocking.unblock),
        "reopen": Button(_("Reopen"), Conversation.reopen),
    }
    on_many = {
        "assign": _("Assign these conversations? They leave whoever has them now."),
        "hand_to": _("Hand these conversations to a team? They wait in its inbox, with nobody’s name on them."),
        "label": _("Put a label on these conversations, or take it off?"),
        "close": _("Close these conversations? What lacks a label that its team wants stays open."),
        "drop": _("Drop these conversations? They leave their teammates’ inboxes, and do not count as closed."),
    }
    forms_for_many = {"label": OneLabelForm}
    seen_through = ("pk", "pk")
    change_form_template = "admin/conversations/conversation/change_form.html"
    list_display = [
        "subject",
        "channel",
        "state_badge",
        "label_names",
        "team",
        "assignee",
        "waiting",
        "last_at",
    ]
    list_filter = [Now, "state", "channel", "team", "assignee", "priority", "labels"]
    sortable_by = ["waiting", "last_at"]
    ordering = ["-last_message_at", "-pk"]
    search_fields = ["=id", "identity__contact__name", "identity__contact__email"]
    search_help_text = _("A customer's name or e-mail, or a conversation's number.")
    fieldsets = [
        (None, {"fields": [("contact", "channel"), ("state_badge", "priority"), ("team", "assignee"), "label_names"]}),
        (
            _("Time"),
            {
                "fields": [
                    "window_words",
                    ("inquiry_at", "waiting"),
                    ("snoozed_at", "snoozed_until"),
                    ("started_at", "earlier"),
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        return super().get_queryset(request).for_list()  # type: ignore[attr-defined]

    def names_for(self, row: Conversation) -> Iterable[str]:
        deafness = "unblock" if row.identity.is_blocked else "block"
        return [*super().names_for(row), deafness, *(["wake"] if row.snoozed_at else [])]

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["waiting_since", "pk"] if request.GET.get(Now.parameter_name) == "waiting" else self.ordering

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Its messages and events go along, although they may not go alone."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        visible = Conversation.objects.visible_to(request.user)
        now = visible.standing()
        longest = timesince(now["longest"], depth=1) if now["longest"] else "–"
        waiting = self.list_url(now="waiting")
        yield Figure(_t("Waiting now"), now["waiting"], waiting)
        yield Figure(_t("Longest wait"), longest, waiting)
        soon = counting.count(visible.expiring())
        yield Figure(_t("Windows about to shut"), counting.capped(soon), self.list_url(now="expiring"), bool(soon))
        yield Figure(_t("Live conversations"), now["live"], self.list_url(now="live"))

    def beside(self, request: HttpRequest, row: Conversation) -> dict[str, Any]:
        events = row.events.in_thread().with_message().newest_first()[:NEWEST]
        return {**super().beside(request, row), "lines": timeline.lines(events)}

    @admin.display(description=_("contact"))
    def contact(self, row: Conversation) -> str:
        url = page_of(row.contact)
        return format_html('<a href="{}">{}</a>', url, row.contact)

    @admin.display(description=_("state"))
    def state_badge(self, row: Conversation) -> str:
        return format_html('<span class="badge state-{}">{}</span>', row.state, row.get_state_display())

    @admin.display(description=_("labels"))
    def label_names(self, row: Conversation) -> str:
        return chips(row.labels.all())

    @admin.display(description=_("waiting for"), ordering="waiting_since")
    def waiting(self, row: Conversation) -> str:
        return timesince(row.waiting_since, depth=1) if row.waiting_since and row.is_live else "–"

    @admin.display(description=_("conversation"))
    def subject(self, row: Conversation) -> str:
        line = Truncator(row.last_text).chars(70)
        unread = format_html('<span class="badge is-unread">{}</span>', row.unread) if row.unread else ""
        return format_html('{} {} <span class="last-line" dir="auto">{}</span>', row, unread, line)

    @admin.display(description=_("last message"), ordering="last_message_at")
    def last_at(self, row: Conversation) -> str:
        at = timezone.localtime(row.last_message_at)
        exact = formats.date_format(at, "DATETIME_FORMAT")
        ago = _t("%(time)s ago") % {"time": timesince(at, depth=1)}
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, ago)

    @admin.display(description=_("window"))
    def window_words(self, row: Conversation) -> str:
        policy = row.policy()
        if policy.until is None:
            return policy.reason
        until = formats.date_format(timezone.localtime(policy.until), "DATETIME_FORMAT")
        sentence = _t("Answering and reopening: until %(until)s") if policy.reopen else _t("It ended: %(until)s")
        return " · ".join(filter(None, [sentence % {"until": until}, policy.reason]))

    @admin.display(description=_("earlier conversation"))
    def earlier(self, row: Conversation) -> str:
        if row.previous_id is None:
            return "–"
        return format_html('<a href="{}">#{}</a>', self.url_of("change", row.previous_id), row.previous_id)
