"""Channels and visitors in the admin."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.adapters import ADAPTERS
from channels_app.forms import ChannelForm
from channels_app.models import Channel, Delivery, Forgery, Remark, Template, Visitor
from channels_app.models.delivery import DeliveryQuerySet
from channels_app.models.template import STATUSES
from channels_app.rules import window_of
from channels_app.verdicts import Refused
from monty.admin import BoundedPaginator, Figure, HouseAdmin, RecordAdmin, one_of
from monty.admin_actions import ManyAdmin
from monty.admin_buttons import Button
from monty.forms import HOUR
from teams.admin.reach import InReach


@admin.register(Channel)
class ChannelAdmin(InReach, HouseAdmin):
    """Made in two steps: first its kind, which stays; then the settings which that kind asks for."""

    list_display = ["name", "kind_label", "team", "reopens_for", "external_id", "active"]
    list_filter = ["active", "kind", "team"]
    list_select_related = ["team"]
    search_fields = ["name", "external_id", "=uuid"]
    autocomplete_fields = ["team"]
    readonly_fields = ["kind_label", "uuid", "to_paste"]
    common = ["name", "team", "external_id", "window", "tells_reading", "active"]

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["kind", "name", "team"]})]
        own = [f"config-{name}" for name in obj.adapter.Config.base_fields]
        connect = (_("Connect it"), {"fields": ["to_paste", "uuid"]})
        settings = (obj.label, {"fields": own, "description": _("Settings of this kind of channel.")})
        return [(None, {"fields": ["kind_label", *self.common]}), *([settings] if own else []), connect]

    def get_form(self, request: HttpRequest, obj: Channel | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, **kwargs)
        # The adapter's own fields are not the model's: the form adds them itself.
        return super().get_form(request, obj, change, **{**kwargs, "form": ChannelForm, "fields": self.common})

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kinds = [(adapter.kind, adapter.label) for adapter in ADAPTERS.values()]
            return forms.ChoiceField(label=_("Kind"), choices=kinds, help_text=_("It cannot be changed later."))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def response_add(self, request: HttpRequest, obj: Channel, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, _t("The channel is there. Now give it its settings."))
        return HttpResponseRedirect(self.url_of("change", obj.pk))

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(form, ChannelForm):
            obj.configure(**form.typed())
            if obj.suspended_at:
                self.reconnect(request, obj)

    def reconnect(self, request: HttpRequest, channel: Channel) -> None:
        """Whoever saves a channel that is cut off has mended something: ask the provider whether it knows us again."""
        try:
            channel.reconnect()
        except Refused as refused:
            self.message_user(request, _t("Still cut off: %(reason)s") % {"reason": refused}, messages.WARNING)
        else:
            self.message_user(request, _t("Connected again. What waited goes out now."), messages.SUCCESS)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, channel: Channel) -> str:
        return channel.label

    @admin.display(description=_("reopens for"))
    def reopens_for(self, channel: Channel) -> str:
        window = channel.window or window_of(channel.kind)
        return _t("%(hours)s hours") % {"hours": window // HOUR}

    @admin.display(description=_("paste this"))
    def to_paste(self, channel: Channel) -> str:
        return format_html('<code class="copyable" tabindex="0">{}</code>', channel.adapter.to_paste)


@admin.register(Visitor)
class VisitorAdmin(InReach, RecordAdmin):
    """Browsers that opened a webchat. What proves who they are is not shown."""

    of_team = "channel__team"
    list_display = ["uuid", "name", "email", "user_id", "channel", "created_at"]
    fields = ["uuid", "channel", "user_id", "name", "email", "created_at"]
    list_filter = ["channel"]
    search_fields = ["=uuid", "name", "email", "=user_id"]
    sortable_by = ()
    ordering = ["-pk"]
    list_select_related = ["channel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Visitor]:
        return super().get_queryset(request).defer("token_hash")


def read_again(delivery: Delivery, *, by: Any) -> None:
    """The sweep takes it up within seconds."""
    Delivery.objects.filter(pk=delivery.pk).read_again()


@admin.register(Delivery)
class DeliveryAdmin(InReach, RecordAdmin, ManyAdmin):
    """What providers posted. Its body is the customers' words: only for those who may see deliveries at all."""

    is_record = False
    of_team = "channel__team"
    buttons = {"again": Button(_("Read again"), read_again)}
    on_many = {"again": _("Read these webhooks again? What was read already comes to nobody twice.")}
    list_display = ["received_at", "channel", "state", "tries", "error"]
    list_filter = ["state", "channel"]
    list_select_related = ["channel"]
    fields = ["received_at", "channel", "state", "tries", "error", "content"]
    readonly_fields = ["content"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        # Up to 4 MB each: read only for the page that shows it.
        return super().get_queryset(request).defer("body")

    def names_for(self, row: Delivery) -> Iterable[str]:
        return [] if row.state == Delivery.State.NEW else self.buttons

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        mine = cast("DeliveryQuerySet", self.get_queryset(request))
        waiting, failed = mine.unread(), mine.filter(state=Delivery.State.FAILED)
        for label, rows, state in (
            (_t("Webhooks to be read"), waiting, Delivery.State.NEW),
            (_t("Webhooks not read in full"), failed, Delivery.State.FAILED),
        ):
            number = rows[: BoundedPaginator.MOST].count()
            alarming = bool(mine.overdue()[:1]) if state == Delivery.State.NEW and number else bool(number)
            yield Figure(label, number, self.list_url(state__exact=state), alarming)

    @admin.display(description=_("content"))
    def content(self, delivery: Delivery) -> str:
        return format_html('<pre class="raw" dir="ltr" tabindex="0">{}</pre>', delivery.shown)


@admin.register(Remark)
class RemarkAdmin(InReach, RecordAdmin):
    """What providers said about the accounts themselves."""

    of_team = "channel__team"
    list_display = ["at", "channel", "topic", "detail", "code", "stops"]
    list_filter = ["channel", "stops"]
    list_select_related = ["channel"]
    fields = ["at", "channel", "topic", "code", "detail", "stops"]
    ordering = ["-pk"]
    sortable_by = ()


@admin.register(Forgery)
class ForgeryAdmin(InReach, RecordAdmin):
    of_team = "channel__team"
    list_display = ["day", "channel", "count", "last_at"]
    list_filter = ["channel"]
    list_select_related = ["channel"]
    fields = ["day", "channel", "count", "last_at"]
    ordering = ["-pk"]
    sortable_by = ()


@admin.register(Template)
class TemplateAdmin(InReach, RecordAdmin):
    of_team = "channel__team"
    list_display = ["name", "language", "channel", "status_badge", "category", "synced_at"]
    list_filter = ["channel", one_of("status", _("status"), STATUSES.items())]
    list_select_related = ["channel"]
    search_fields = ["name"]
    fields = ["name", "language", "channel", "status_badge", "category", "as_read", "cannot", "synced_at"]
    ordering = ["name", "language", "pk"]
    sortable_by = ()

    @admin.display(description=_("status"))
    def status_badge(self, template: Template) -> str:
        return format_html('<span class="badge template-{}">{}</span>', template.status, template.status_words)

    @admin.display(description=_("as the customer reads it"))
    def as_read(self, template: Template) -> str:
        return format_html('<div class="template-text" dir="auto">{}</div>', template.text)

    @admin.display(description=_("can be sent"))
    def cannot(self, template: Template) -> str:
        return template.obstacle or _t("Yes")
