"""Webhooks in the admin: who is told of what, and the log of what became of it."""

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from monty.admin import Figure, HouseAdmin, RecordAdmin, RowsInline, list_of
from monty.admin_buttons import Button, ButtonAdmin
from teams.admin.reach import within
from teams.models import Teammate
from webhooks import telling
from webhooks.forms import SubscriptionForm
from webhooks.models import Attempt, Delivery, DeliveryState, Subscription
from webhooks.models.delivery import DONE

# In the session: the number of the webhook whose secret its page shows the next time it is opened, and never again.
SHOWS_SECRET = "webhook_secret"  # noqa: S105  (a name, not a secret)


def reach(request: HttpRequest) -> QuerySet[Subscription]:
    return Subscription.objects.visible_to(cast("Teammate", request.user))


def send_test(subscription: Subscription, *, by: Teammate) -> None:
    Delivery.objects.test(subscription, by=by)


@admin.register(Subscription)
class SubscriptionAdmin(ButtonAdmin, HouseAdmin):
    """Its secret is shown once: when it is made, and after a rotation."""

    form = SubscriptionForm
    change_form_template = "admin/webhooks/subscription/change_form.html"
    buttons = {
        "test": Button(_("Send a test"), send_test),
        "rotate": Button(_("New secret"), Subscription.rotate),
        "switch_off": Button(_("Switch off"), Subscription.switch_off, tone="is-grave"),
        "switch_on": Button(_("Switch on"), Subscription.switch_on),
    }
    list_display = ["name", "host", "hears", "of_teams", "state", "delivered_at"]
    list_filter = ["active"]
    search_fields = ["name", "url"]
    sortable_by = ()
    told = ["state", "owner", "delivered_at", "rests_until", "former_until", "log"]
    readonly_fields = told

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        rows = super().get_queryset(request).filter(pk__in=reach(request).values("pk"))
        return rows.select_related("owner").prefetch_related("teams")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.asked(request), *(self.told if obj else [])]

    def asked(self, request: HttpRequest) -> list[str]:
        everywhere = ["all_teams"] if within(request) is None else []
        return ["name", "url", *everywhere, "teams", "verbs"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        class Mine(SubscriptionForm):
            def __init__(self, *args: Any, **inner: Any) -> None:
                super().__init__(*args, **inner)
                self.for_person(cast("Teammate", request.user), within(request))

        return super().get_form(request, obj, change, **{**kwargs, "form": Mine})

    def names_for(self, row: Subscription) -> Iterable[str]:
        return ("test", "rotate", "switch_off") if row.active else ("rotate", "switch_on")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Subscription:
        """By the verb, which asks once more what this person may arrange."""
        form.save_m2m = lambda: None
        arranged: Subscription = form.arranged()
        return arranged

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """It is there already."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        request.session[SHOWS_SECRET] = obj.pk
        return HttpResponseRedirect(self.url_of("change", obj.pk))

    def press(self, request: HttpRequest, row: Subscription, button: Button) -> None:
        super().press(request, row, button)
        if button is self.buttons["rotate"]:
            request.session[SHOWS_SECRET] = row.pk

    def beside(self, request: HttpRequest, row: Subscription) -> dict[str, Any]:
        shown = request.method == "GET" and request.session.get(SHOWS_SECRET) == row.pk and self.may_press(request)
        if shown:
            del request.session[SHOWS_SECRET]
        return {**super().beside(request, row), "secret": row.newest_key if shown else ""}

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        number = reach(request).switched_off().count()  # type: ignore[attr-defined]
        yield Figure(_t("Webhooks switched off"), number, self.list_url(active__exact=0), alarming=bool(number))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its log goes with it, and nobody wants to read all of that first."""
        return [str(row) for row in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    @admin.display(description=_("host"), ordering="url")
    def host(self, row: Subscription) -> str:
        return urlsplit(row.url).netloc

    @admin.display(description=_("events"))
    def hears(self, row: Subscription) -> str:
        if not row.verbs:
            return _t("all")
        named = ", ".join(row.verbs[:3])
        more = len(row.verbs) - 3
        return (
            named
            if more <= 0
            else ngettext("%(named)s and %(more)s more", "%(named)s and %(more)s more", more)
            % {
                "named": named,
                "more": more,
            }
        )

    @admin.display(description=_("teams"))
    def of_teams(self, row: Subscription) -> str:
        return _t("all") if row.all_teams else ", ".join(team.name for team in row.teams.all())

    @admin.display(description=_("state"))
    def state(self, row: Subscription) -> str:
        if row.active:
            return _t("on")
        return _t("Switched off: %(reason)s") % {"reason": row.off_because} if row.off_because else _t("off")

    @admin.display(description=_("what was told"))
    def log(self, row: Subscription) -> str:
        return format_html('<a href="{}">{}</a>', list_of(Delivery, subscription=row.pk), _t("What was sent"))


class AttemptInline(RowsInline):
    model = Attempt
    extra = 0
    fields = ("at", "code", "detail", "text")
    readonly_fields = ("at", "code", "detail", "text")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def replay(delivery: Delivery, *, by: Teammate) -> None:
    delivery.replay(by=by)


class OfWebhook(admin.SimpleListFilter):
    """Names only those that this person may see."""

    title = _("webhook")
    parameter_name = "subscription"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in reach(request)]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        chosen = self.value()
        return rows.filter(subscription=chosen) if chosen in dict(self.lookup_choices) else rows


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin, ButtonAdmin):
    """The log: what was sent to whom, when, and what was answered."""

    buttons = {"replay": Button(_("Replay"), replay)}
    list_display = ["since", "subscription", "verb", "conversation_number", "state", "tries", "next_try"]
    list_display_links = ["since"]
    list_filter = ["state", OfWebhook]
    list_select_related = ["subscription"]
    search_fields = ["=uuid", "=conversation__id"]
    search_help_text = _("A delivery id, or a conversation's number.")
    fields = ["uuid", "subscription", "verb", "conversation_number", "state", "tries", "since", "next_try", "content"]
    readonly_fields = ["content", "conversation_number", "next_try"]
    inlines = [AttemptInline]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).of_visible(reach(request))  # type: ignore[attr-defined]

    def names_for(self, row: Delivery) -> Iterable[str]:
        return self.buttons if row.state in DONE else ()

    @admin.display(description=_("conversation"))
    def conversation_number(self, row: Delivery) -> str:
        return f"#{row.conversation_id}" if row.conversation_id else "–"

    @admin.display(description=_("next try"))
    def next_try(self, row: Delivery) -> str:
        waits = row.state == DeliveryState.QUEUED and row.tries
        return date_format(timezone.localtime(row.next_at), "DATETIME_FORMAT") if waits else "–"

    @admin.display(description=_("content"))
    def content(self, row: Delivery) -> SafeString:
        told = Delivery.objects.with_event().get(pk=row.pk)
        return format_html('<pre class="raw" dir="ltr" tabindex="0">{}</pre>', telling.indented(told))


@admin.register(Attempt)
class AttemptAdmin(RecordAdmin):
    list_display = ["at", "delivery", "code", "detail"]
    list_select_related = ["delivery"]
    search_fields = ["=delivery__uuid"]
    fields = ["at", "delivery", "code", "detail", "text"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        return super().get_queryset(request).filter(delivery__subscription__in=reach(request))
