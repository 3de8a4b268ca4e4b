"""Runs in the admin: where each customer is, or how they came to the end."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import PartAdmin
from flows.models import FlowRun, RunState
from monty.admin import one_of


@admin.register(FlowRun)
class FlowRunAdmin(PartAdmin):
    change_form_template = "admin/flows/run.html"
    list_display = ["started_at", "flow", "conversation", "state", "node", "steps", "reason"]
    list_filter = [one_of("state", _("state"), RunState.choices), "flow"]
    list_select_related = ["flow", "conversation__identity__contact"]
    fields = [
        ("flow", "version"),
        ("conversation", "state", "node"),
        ("trigger", "by"),
        ("started_at", "ended_at", "due_at"),
        ("steps", "reason"),
        "answers",
    ]

    def beside(self, request: HttpRequest, row: FlowRun) -> dict[str, Any]:
        return {**super().beside(request, row), "way": row.way_shown}
