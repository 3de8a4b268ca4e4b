"""Customers and their addresses."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import InSight, PartAdmin
from conversations.models import Contact, Conversation, Identity
from monty.admin import HouseAdmin, page_of

LATEST = 10


class IdentityInline(admin.TabularInline):
    model = Identity
    fields = ("channel", "external_id", "verified", "blocked_at")
    readonly_fields = fields
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Identity]:
        return super().get_queryset(request).select_related("channel", "contact")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Contact)
class ContactAdmin(InSight, HouseAdmin):
    """Contacts come in with their first message; here their name and addresses are put right."""

    seen_through = ("pk", "identity__contact")
    list_display = ["display_name", "email", "phone", "created_at"]
    search_fields = ["name", "email", "phone", "=identities__external_id"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["name", "email", "phone", "created_at", "conversations"]
    readonly_fields = ["created_at", "conversations"]
    inlines = [IdentityInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """All they ever wrote goes along, although it may not go alone."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    @admin.display(description=_("name"))
    def display_name(self, contact: Contact) -> str:
        return contact.display_name

    @admin.display(description=_("latest conversations"))
    def conversations(self, contact: Contact) -> str:
        rows = Conversation.objects.of_contact(contact).for_list().newest_first()[:LATEST]
        links = ((page_of(row), row, row.channel, row.get_state_display()) for row in rows)
        return format_html_join("", '<p><a href="{}">{}</a> {} · {}</p>', links) or "–"


@admin.register(Identity)
class IdentityAdmin(PartAdmin):
    seen_through = ("pk", "identity")
    list_display = ["contact", "channel", "external_id", "verified", "blocked_at"]
    list_filter = ["channel", "verified"]
    list_select_related = ["contact", "channel"]
    search_fields = ["=external_id", "contact__name", "contact__email"]
