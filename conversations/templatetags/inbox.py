"""How the inbox writes times, people, sizes and what strangers wrote."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import Urlizer, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.models import Channel
from conversations.balancer.balance import Member, room, room_here
from conversations.balancer.load import shown
from conversations.balancer.why import carries
from conversations.mentions import named
from conversations.models import BulkRun, Contact, Conversation, Held, Message, Scheduled, Status
from conversations.rules import EXPIRING_SOON
from monty.counting import capped
from monty.forms import MINUTE
from teams.models import Teammate

register = template.Library()
register.filter(capped)

# A window that shuts within this time is counted down.
SOON = timedelta(hours=4)
HUES = 8


class Links(Urlizer):
    """Web addresses only; the other side learns nothing of us and gains nothing by us."""

    url_template = '<a href="{href}" rel="noopener noreferrer nofollow" target="_blank">{url}</a>'

    @staticmethod
    def is_email_simple(value: str) -> bool:
        return False


linked_text = Links()


@register.filter
def linked(text: str) -> SafeString:
    """A message's text, escaped, with its links."""
    return mark_safe(linked_text(text, autoescape=True))  # noqa: S308  (the Urlizer escapes every word itself)


@register.filter
def noted(text: str, mentions: Mapping[str, int]) -> SafeString:
    """A note's text, escaped, with its links, and with those it calls marked."""
    found: list[str] = []
    place = 0
    for start, end, name in named(text):
        if name in mentions:
            found += [linked(text[place:start]), format_html('<mark class="mention">{}</mark>', text[start:end])]
            place = end
    return mark_safe("".join([*found, linked(text[place:])]))  # noqa: S308  (every piece was escaped)


@register.filter
def moment(at: datetime) -> str:
    """As short as the list needs it: 14:32, Tue, 3 Nov, 3 Nov 2024."""
    local, now = timezone.localtime(at), timezone.localtime()
    if local.date() == now.date():
        return date_format(local, "H:i")
    if now - local < timedelta(days=6):
        return date_format(local, "D")
    return date_format(local, "j M" if local.year == now.year else "j M Y")


@register.filter
def moment_past(at: datetime) -> str:
    """14:05; Tue 3 Nov, 14:05 if that was not today."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "D j M, H:i")


@register.filter
def exact(at: datetime) -> str:
    return date_format(timezone.localtime(at), "l, j F Y, H:i:s")


@register.filter
def day_name(day: Any) -> str:
    age = (timezone.localdate() - day).days
    near = {0: _("Today"), 1: _("Yesterday")}
    return near.get(age) or date_format(day, "l, j F" if day.year == timezone.localdate().year else "l, j F Y")


@register.filter
def countdown(conversation: Conversation) -> str:
    """How long the window is still open, once that is not long any more; else ""."""
    if not conversation.is_live or conversation.window_until is None:
        return ""
    left = conversation.window_until - timezone.now()
    if not timedelta(0) < left < max(SOON, EXPIRING_SOON()):
        return ""
    # The minute that has begun counts: while anything is left it is not 0.
    hours, minutes = divmod(-(-left // MINUTE), 60)
    return _("%(hours)s h") % {"hours": hours} if hours else _("%(minutes)s min") % {"minutes": minutes}


@register.simple_tag
def avatar(somebody: Contact | Teammate, size: str = "") -> SafeString:
    """A round picture of somebody; without one, and until it is there, their initials, always in the same colour."""
    classes = f"avatar hue-{(somebody.pk or 0) % HUES} {size}".strip()
    picture = portrait(somebody) if isinstance(somebody, Contact) else photo(somebody)
    return format_html('<span class="{}" aria-hidden="true">{}{}</span>', classes, somebody.initials, picture)


def portrait(contact: Contact) -> SafeString | str:
    if not contact.picture:
        return ""
    return image(reverse("contact-picture", args=[contact.pk, contact.picture_version]))


def photo(teammate: Teammate) -> SafeString | str:
    return image(reverse("photo", args=[teammate.pk, teammate.photo_version])) if teammate.photo else ""


def image(address: str) -> SafeString:
    return format_html('<img src="{}" alt="" loading="lazy">', address)


@register.simple_tag
def dot(teammate: Teammate) -> SafeString:
    """Green or red, and in words."""
    ready = "true" if teammate.is_ready else "false"
    mark = '<span class="dot" data-teammate="{}" data-ready="{}" title="{word}"></span>'
    words = '<span class="visually-hidden">{word}</span>'
    return format_html(mark + words, teammate.pk, ready, word=teammate.presence_word)


TICKS = {
    Status.QUEUED: ("clock", gettext_lazy("Queued")),
    Status.SENDING: ("clock", gettext_lazy("Sending")),
    Status.SENT: ("check", gettext_lazy("Sent")),
    Status.DELIVERED: ("check-check", gettext_lazy("Delivered")),
    Status.READ: ("check-check", gettext_lazy("Read")),
    Status.FAILED: ("circle-alert", gettext_lazy("Not sent")),
    Status.UNKNOWN: ("circle-alert", gettext_lazy("Perhaps not sent")),
}


@register.inclusion_tag("inbox/_tick.html")
def tick(message: Message, channel: Channel) -> dict[str, Any]:
    icon, word = TICKS[Status(message.status)]
    return {
        "icon_name": icon,
        "word": waits(message, channel) or word,
        "status": message.status,
        "reason": message.error,
    }


def waits(message: Message, channel: Channel) -> str:
    """For what a queued message waits, if for more than its turn."""
    if message.status != Status.QUEUED:
        return ""
    if channel.suspended_at:
        return _("Waits until the channel is connected again")
    until = max((at for at in (message.not_before, channel.paused_until) if at), default=timezone.now())
    return _("Waits until %(moment)s") % {"moment": moment_ahead(until)} if until > timezone.now() else ""


@register.filter
def sleeps(conversation: Conversation) -> str:
    """Until when a snoozed conversation sleeps."""
    if conversation.snoozed_until is None:
        return _("Snoozed until the customer answers")
    return _("Snoozed until %(moment)s") % {"moment": moment_ahead(conversation.snoozed_until)}


@register.filter
def leaves(row: Scheduled) -> str:
    """When an answer is to be sent: today, tomorrow, Tue, Tue 3 Nov."""
    local = timezone.localtime(row.send_at)
    days = (local.date() - timezone.localdate()).days
    near = {0: _("Will be sent today %(time)s"), 1: _("Will be sent tomorrow %(time)s")}
    clock = date_format(local, "H:i")
    if days in near:
        return near[days] % {"time": clock}
    day = date_format(local, "l" if days < 7 else "D j M")
    return _("Will be sent %(day)s %(time)s") % {"day": day, "time": clock}


HELD_BACK = {
    Held.CUSTOMER: gettext_lazy("Not sent: the customer wrote first"),
    Held.ENDED: gettext_lazy("Not sent: the conversation ended first"),
    Held.CANCELLED: gettext_lazy("Not sent: it was cancelled"),
    Held.REFUSED: gettext_lazy("Not sent: %(reason)s"),
}


@register.filter
def held_back(row: Scheduled) -> str:
    """Why an answer was not sent when its time came."""
    return HELD_BACK[Held(row.because)] % {"reason": row.reason}


@register.filter
def moment_ahead(at: datetime) -> str:
    """14:05; Tue 14:05 if that is not today; Tue 3 Nov, 14:05 if it is not this week."""
    local = timezone.localtime(at)
    days = (local.date() - timezone.localdate()).days
    return date_format(local, "H:i" if not days else "D H:i" if days < 7 else "D j M, H:i")


@register.simple_tag
def load_of(seat: Member) -> SafeString:
    """What somebody carries of their capacity, and in words; red if Auto Assign gives them nothing more."""
    full = " is-full" if min(room(seat), room_here(seat)) < 1 else ""
    mark = '<span class="load{}" title="{words}"><span aria-hidden="true">{}/{}</span>'
    words = '<span class="visually-hidden">{words}</span></span>'
    return format_html(mark + words, full, shown(seat.load), seat.capacity, words=carries(seat))


DOING = {
    "assign": gettext_lazy("Assigning %(done)s of %(total)s…"),
    "hand_to": gettext_lazy("Handing over %(done)s of %(total)s…"),
    "close": gettext_lazy("Closing %(done)s of %(total)s…"),
    "drop": gettext_lazy("Dropping %(done)s of %(total)s…"),
    "label": gettext_lazy("Labelling %(done)s of %(total)s…"),
    "macro": gettext_lazy("Running the macro on %(done)s of %(total)s…"),
    "undo": gettext_lazy("Undoing %(done)s of %(total)s…"),
}
DONE = {
    "assign": gettext_lazy("%(done)s assigned."),
    "hand_to": gettext_lazy("%(done)s handed over."),
    "close": gettext_lazy("%(done)s closed."),
    "drop": gettext_lazy("%(done)s dropped."),
    "label": gettext_lazy("%(done)s labelled."),
    "macro": gettext_lazy("The macro ran on %(done)s."),
    "undo": gettext_lazy("%(done)s as they were."),
}
# What only the admin offers for many.
ANY_DOING, ANY_DONE = gettext_lazy("%(done)s of %(total)s…"), gettext_lazy("%(done)s done.")


@register.filter
def told(run: BulkRun) -> str:
    """How far a bulk action has come, in a sentence."""
    sentence = DONE.get(run.verb, ANY_DONE) if run.is_finished else DOING.get(run.verb, ANY_DOING)
    return sentence % {"done": run.done if run.is_finished else run.settled, "total": run.total}


@register.filter
def of(numbers: dict[Any, int], key: Any) -> int:
    """The value of a key, which a template cannot look up by itself."""
    return numbers.get(key, 0)
