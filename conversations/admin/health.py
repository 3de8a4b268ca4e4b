"""Channels in the admin once more, with what only this floor knows of them: how each is."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from channels_app.admin import ChannelAdmin
from channels_app.models import Channel, Template
from conversations import health
from conversations.models import Conversation
from monty.errors import MontyError
from teams.models import Teammate

# To so many of the conversations of the last day a test message may be sent.
RECENT = 20


class TestForm(forms.Form):
    """Whom a test message goes to: nobody, unless somebody is chosen who wrote within the last day."""

    conversation = forms.ModelChoiceField(
        Conversation.objects.none(),
        required=False,
        label=_("Also send a message to"),
        empty_label=_("nobody"),
        help_text=_("Somebody who wrote within the last day. They do receive it: choose yourself or a colleague."),
    )

    def __init__(self, channel: Channel, person: Teammate, *args: Any) -> None:
        super().__init__(*args)
        rows = Conversation.objects.visible_to(person).live().filter(channel=channel)
        recent = rows.filter(inquiry_at__gte=timezone.now() - health.DAY).newest_first()
        shown = Conversation.objects.filter(pk__in=list(recent.values_list("pk", flat=True)[:RECENT]))
        cast("forms.ModelChoiceField", self.fields["conversation"]).queryset = shown.for_list().newest_first()


def test(channel: Channel, request: HttpRequest) -> str:
    """Ask the provider who we are there, and send a message if somebody was chosen. Raises Refused, WindowShut."""
    form = TestForm(channel, cast("Teammate", request.user), request.POST)
    conversation = form.cleaned_data["conversation"] if form.is_valid() else None
    facts = {"channel": channel.label, "account": channel.adapter.check(), "customer": conversation}
    if conversation is None:
        return _t("%(channel)s answers: address and token work, the account is “%(account)s”.") % facts
    # By Monty itself: a customer who waits for a person goes on waiting.
    conversation.reply(_t("This is a test message."), by=None)
    sentence = _t("%(channel)s answers, the account is “%(account)s”. A test message to %(customer)s is on its way.")
    return sentence % facts


def reconnect(channel: Channel, request: HttpRequest) -> str:
    """Raises Refused."""
    channel.reconnect()
    return _t("%(channel)s is connected. What was waiting is being sent.") % {"channel": channel}


def sync(channel: Channel, request: HttpRequest) -> str:
    """Raises Refused."""
    number = Template.objects.sync(channel)
    return ngettext("%(count)s template.", "%(count)s templates.", number) % {"count": number}


def ago(at: datetime | None) -> str:
    return timesince(at, depth=1) if at else ""


ACTS = {"test": test, "reconnect": reconnect, "sync": sync}

admin.site.unregister(Channel)


@admin.register(Channel)
class ChannelHealthAdmin(ChannelAdmin):
    """Whoever may see a channel sees its health, tests it and syncs its templates; to reconnect is to change it."""

    list_display = ["name", "health", *ChannelAdmin.list_display[1:]]
    change_form_template = "admin/channels_app/channel/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return health.measured(super().get_queryset(request))

    @admin.display(description=_("health"))
    def health(self, channel: Channel) -> str:
        found = health.complaints(channel, health.numbers(channel), timezone.now())
        words = found[0].sentence if found else _t("Well") if channel.active else _t("Switched off")
        more = _t(" (and %(count)s more)") % {"count": len(found) - 1} if len(found) > 1 else ""
        link = '<a class="dot health-{}" href="{}">{}{}</a>'
        return format_html(link, health.tone(channel, found), self.url_of("health", channel.pk), words, more)

    def get_urls(self) -> list[URLPattern]:
        name = "channels_app_channel"
        page, act = self.admin_site.admin_view(self.health_view), self.admin_site.admin_view(self.act_view)
        own = [
            path("<int:pk>/health/", page, name=f"{name}_health"),
            path("<int:pk>/health/<slug:act>/", act, name=f"{name}_act"),
        ]
        return [*own, *super().get_urls()]

    def seen(self, request: HttpRequest, pk: int) -> Channel:
        """Raises PermissionDenied, Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        channel = self.get_queryset(request).filter(pk=pk).first()
        if channel is None:
            raise Http404
        return channel

    def health_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What comes in and goes out, and what a person should look at. The page reads itself anew."""
        channel = self.seen(request, pk)
        numbers = health.numbers(channel)
        complaints = health.complaints(channel, numbers, timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Health of %(channel)s") % {"channel": channel},
            "opts": self.opts,
            "channel": channel,
            "adapter": channel.adapter,
            "numbers": numbers,
            "last_heard": ago(numbers.last_inbound),
            "oldest_queued": ago(numbers.oldest_queued),
            "complaints": complaints,
            "refusals": health.refusals(channel),
            "losses": health.losses(channel),
            "form": TestForm(channel, cast("Teammate", request.user)),
            "may_reconnect": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/channels_app/channel/health.html", context)

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Ask the provider something. In no transaction: a slow provider must hold nothing up."""
        channel = self.seen(request, pk)
        if act not in ACTS:
            raise Http404
        if act == "reconnect" and not self.has_change_permission(request):
            raise PermissionDenied
        try:
            self.message_user(request, ACTS[act](channel, request), messages.SUCCESS)
            self.log_change(request, channel, f"{act}.")
        except MontyError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(self.url_of("health", pk))
