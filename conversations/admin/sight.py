"""The admin is another window on the same rooms: whoever does not oversee sees only what the inbox would show them."""

from typing import ClassVar, cast

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations.models import Conversation
from monty.admin import RecordAdmin
from teams.models import Teammate


class InSight(BaseModelAdmin):
    """Limits an admin's rows to those of conversations visible to the person."""

    # The model's own field, and what of a visible conversation it must be equal to.
    seen_through: ClassVar[tuple[str, str]] = ("conversation", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        person = cast("Teammate", request.user)
        if person.oversees:
            return rows
        own, of_conversation = self.seen_through
        visible = Conversation.objects.visible_to(person)
        return rows.filter(**{f"{own}__in": visible.values(of_conversation)})


class PartAdmin(InSight, RecordAdmin):
    """A part of a conversation, to look at. It goes when its conversation goes, not alone."""

    ordering = ["-pk"]
    sortable_by = ()
