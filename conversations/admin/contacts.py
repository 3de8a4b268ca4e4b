"""Customers and their addresses."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from conversations.admin.sight import InSight, PartAdmin
from conversations.contacts import belongings, cards, care, describing
from conversations.models import Contact, Conversation, Identity
from monty.admin import RowsInline, page_of
from monty.admin_buttons import Button, ButtonAdmin
from monty.errors import BadInput
from teams.models import Teammate

LATEST = 10


class IdentityInline(InSight, RowsInline):
    seen_through = ("pk", "identity")
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


class CardForm(ModelForm):
    """What may stand on a card is the same here as beside a conversation."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for field in cards.standard():
            if field.name in self.changed_data and field.name in typed:
                try:
                    typed[field.name] = field.cleaned(typed[field.name])
                except BadInput as error:
                    self.add_error(field.name, error.detail)
        return typed


class EraseForm(forms.Form):
    """Erasing is for good, so it takes one more click."""

    sure = forms.BooleanField(
        label=_("Yes, for good"),
        help_text=_(
            "Name, addresses, texts, files, notes, drafts and raw webhooks of this person go. That there were "
            "conversations stays, for the figures."
        ),
    )


def erase(contact: Contact, *, by: Teammate, sure: bool) -> None:
    care.erase(contact, by=by)


@admin.register(Contact)
class ContactAdmin(InSight, ButtonAdmin):
    """Contacts come in with their first message; here their name and addresses are put right, taken along or erased."""

    change_form_template = "admin/conversations/contact/change_form.html"
    buttons = {"erase": Button(_("Erase"), erase, EraseForm, tone="is-grave")}

    seen_through = ("pk", "identity__contact")
    list_display = ["display_name", "email", "phone", "created_at"]
    search_fields = ["name", "email", "phone", "=identities__external_id"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["name", "email", "phone", "language", "country", "notes", "known", "created_at", "conversations"]
    readonly_fields = ["known", "created_at", "conversations"]
    inlines = [IdentityInline]

    def may_press(self, request: HttpRequest) -> bool:
        return care.may_erase(cast("Teammate", request.user))

    def beside(self, request: HttpRequest, row: Contact) -> dict[str, Any]:
        return {**super().beside(request, row), "may_take": belongings.may_take(cast("Teammate", request.user))}

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("<int:pk>/export/", export, name="conversations_contact_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """Everything that is known of somebody, as a file."""
        contact = self.get_object(request, str(pk))
        if contact is None:
            raise Http404
        return belongings.answer(contact, by=cast("Teammate", request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """All they ever wrote goes along, although it may not go alone."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        """Whoever was merged into another is that other one."""
        return super().get_queryset(request).filter(merged_into=None)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Contact | None:
        """With `latest`, the conversations of whoever asks."""
        contact: Any = super().get_object(request, object_id, from_field)
        if contact is not None:
            mine = Conversation.objects.visible_to(cast("Teammate", request.user)).of_contact(contact)
            contact.latest = mine.for_list().newest_first()[:LATEST]
        return contact

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """The same road as everywhere: the latest conversation's timeline tells who changed what."""
        person = cast("Teammate", request.user)
        mine = Conversation.objects.visible_to(person).of_contact(obj)
        latest = mine.newest_first().first()
        if latest is None:
            return super().save_model(request, obj, form, change)
        describing.describe(latest, {name: form.cleaned_data[name] for name in form.changed_data}, by=person)
        return None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        return super().get_form(request, obj, change, form=CardForm, **kwargs)

    @admin.display(description=_("attributes"))
    def known(self, contact: Contact) -> str:
        own = [field for field in cards.fields() if field.own and field.read(contact) != ""]
        lines = ((field.label, field.shown(field.read(contact))) for field in own)
        return format_html_join("", "<p>{}: <bdi>{}</bdi></p>", lines) or "–"

    @admin.display(description=_("name"))
    def display_name(self, contact: Contact) -> str:
        return contact.display_name

    @admin.display(description=_("latest conversations"))
    def conversations(self, contact: Any) -> str:
        links = ((page_of(row), row, row.channel, row.get_state_display()) for row in contact.latest)
        return format_html_join("", '<p><a href="{}">{}</a> {} · {}</p>', links) or "–"


@admin.register(Identity)
class IdentityAdmin(PartAdmin):
    seen_through = ("pk", "identity")
    list_display = ["contact", "channel", "external_id", "verified", "blocked_at"]
    list_filter = ["channel", "verified"]
    list_select_related = ["contact", "channel"]
    search_fields = ["=external_id", "contact__name", "contact__email"]
