"""Channels in the admin once more, with what only this floor knows of them: how each is."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

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
from conversations import health, trying
from conversations.models import Conversation
from monty.admin import Figure, done
from monty.errors import MontyError
from teams.models import Teammate

T = TypeVar("T")


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
        shown = cast("Any", trying.may_get_one(channel, by=person))
        cast("forms.ModelChoiceField", self.fields["conversation"]).queryset = shown.for_list().newest_first()


def test(channel: Channel, request: HttpRequest) -> str:
    """Ask the provider who we are there, and send a message if somebody was chosen. Raises Refused, WindowShut."""
    form = TestForm(channel, cast("Teammate", request.user), request.POST)
    conversation = form.cleaned_data["conversation"] if form.is_valid() else None
    answer = trying.ask(channel, conversation)
    facts = {"channel": channel.label, "account": answer.account, "customer": conversation}
    if conversation is None:
        return _t("%(channel)s answers: address and token work, the account is “%(account)s”.") % facts
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


def unwell(channels: QuerySet[Channel]) -> list[int]:
    """The ids of those of which a person should look at something. There are few channels: all are looked at."""
    now, rows = timezone.now(), health.measured(channels)
    return [row.pk for row in rows if health.complaints(row, health.numbers(row), now)]


class Unwell(admin.SimpleListFilter):
    title = _("health")
    parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("unwell", _("Wants a look"))]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        return rows.filter(pk__in=unwell(Channel.objects.all())) if self.value() == "unwell" else rows


admin.site.unregister(Channel)


@admin.register(Channel)
class ChannelHealthAdmin(ChannelAdmin):
    """Whoever may see a channel sees its health; who does more than look tests it; to reconnect is to change it."""

    list_display = ["name", "health", *ChannelAdmin.list_display[1:]]
    list_filter = [Unwell, *ChannelAdmin.list_filter]
    change_form_template = "admin/channels_app/channel/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return health.measured(super().get_queryset(request))

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        number = len(unwell(ChannelAdmin.get_queryset(self, request)))
        yield Figure(_t("Channels that want a look"), number, self.list_url(health="unwell"), bool(number))

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

    def may_test(self, request: HttpRequest) -> bool:
        """Not for who only looks: a test reaches the provider, and perhaps a customer."""
        return self.has_change_permission(request) or cast("Teammate", request.user).answers

    def may_ask(self, request: HttpRequest, act: str) -> bool:
        return self.has_change_permission(request) if act == "reconnect" else self.may_test(request)

    def ask(self, request: HttpRequest, channel: Channel, act: str, question: Callable[[], T]) -> T:
        """Ask the provider something, with a line in both logs. Raises MontyError.

        In no transaction: a slow provider must hold nothing up.
        """
        answer = question()
        self.log_change(request, channel, f"{act}.")
        done.send(sender=Channel, name=act, rows=[channel], by=request.user, data={})
        return answer

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
            "may_test": self.may_test(request),
            "may_reconnect": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/channels_app/channel/health.html", context)

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        channel = self.seen(request, pk)
        if act not in ACTS:
            raise Http404
        if not self.may_ask(request, act):
            raise PermissionDenied
        try:
            sentence = self.ask(request, channel, act, partial(ACTS[act], channel, request))
            self.message_user(request, sentence, messages.SUCCESS)
        except MontyError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(self.url_of("health", pk))
