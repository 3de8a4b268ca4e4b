"""The phone page: be a customer of a channel, and watch what the provider does with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels_app.border import storable
from channels_app.models import Channel
from channels_app.simulator import business, customer, people
from channels_app.simulator.forms import MisbehaviourForm
from channels_app.simulator.links import shown
from channels_app.simulator.models import Account, Media, Message, Person
from channels_app.simulator.providers import PROVIDERS

# How many lines of a chat, and how many people of a channel are shown.
LINES, PEOPLE = 60, 25


@dataclass(frozen=True, slots=True)
class Sendable:
    kind: str
    name: str | Promise
    icon: str


SENDABLE = [
    Sendable("image", _("Picture"), "image"),
    Sendable("voice", _("Voice message"), "mic"),
    Sendable("location", _("Location"), "map-pin"),
    Sendable("contact", _("Contact card"), "contact-round"),
    Sendable("sticker", _("Sticker"), "smile"),
    Sendable("heart", _("Heart"), "heart"),
    Sendable("story", _("Story mention"), "circle-dashed"),
]


def channels() -> list[Channel]:
    return [channel for channel in Channel.objects.filter(active=True) if channel.kind in PROVIDERS]


def account_or_404(uuid: UUID) -> Account:
    channel = get_object_or_404(Channel.objects.filter(kind__in=PROVIDERS), uuid=uuid)
    account = Account.objects.of(channel)
    people.cast(account)
    return account


def person_or_404(uuid: UUID, number: int) -> Person:
    return get_object_or_404(Person.objects.select_related("account__channel"), pk=number, account__channel__uuid=uuid)


@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """Which channel, which person."""
    return render(request, "phone/page.html", {"channels": channels()})


@require_safe
def channel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    account = account_or_404(uuid)
    return render(request, "phone/page.html", around(account))


@require_safe
def chat(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    person = person_or_404(uuid, number)
    facts = around(person.account) | lines(person) | {"form": MisbehaviourForm(instance=person.account)}
    can = person.account.provider.customers_can
    facts["sendable"] = [each for each in SENDABLE if each.kind in can]
    facts["takes"] = ",".join(types for kind, types in FILES.items() if kind in can)
    return render(request, "phone/page.html", facts)


FILES = {"image": "image/*", "voice": "audio/*", "video": "video/*", "file": "*/*"}


def around(account: Account) -> dict[str, Any]:
    return {"channels": channels(), "account": account, "people": account.people.all()[:PEOPLE]}


def lines(person: Person) -> dict[str, Any]:
    messages = list(person.messages.select_related("media").order_by("-pk")[:LINES])[::-1]
    known = {message.external_id: message for message in messages}
    account = person.account
    waiting = account.hooks.filter(posted_at=None)
    return {
        "person": person,
        "account": account,
        "can": account.provider.customers_can,
        "signs": account.provider.signs,
        "chat": [(message, known.get(message.reply_to)) for message in messages],
        "seen": next((each.pk for each in messages[::-1] if each.from_customer and each.pk <= person.read_up_to), None),
        "waiting": waiting.count(),
        "last_answer": next((hook.answer for hook in waiting.order_by("-tries")[:1]), ""),
    }


@never_cache
@require_safe
def thread(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    return render(request, "phone/_thread.html", lines(person_or_404(uuid, number)))


# --- What the customer does ----------------------------------------------------------------------------------------


def message_of(request: HttpRequest, person: Person) -> Message:
    wanted = request.POST.get("message", "")
    messages = person.messages.select_related("account__channel", "person__account__channel")
    return get_object_or_404(messages, pk=wanted if re.fullmatch("[0-9]{1,18}", wanted) else 0)


def say(request: HttpRequest, person: Person) -> None:
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    customer.say(person, text, file=file, reply_to=request.POST.get("reply_to", ""))


def send(request: HttpRequest, person: Person) -> None:
    kind = request.POST.get("kind", "")
    customer.send(person, kind if kind in customer.SENDS else "")


def elsewhere(request: HttpRequest, person: Person) -> None:
    business.answer_elsewhere(person, storable(request.POST.get("text", "")).strip() or "👍")


DOES: dict[str, Callable[[HttpRequest, Person], None]] = {
    "say": say,
    "send": send,
    "press": lambda request, person: customer.press(message_of(request, person), request.POST.get("payload", "")),
    "react": lambda request, person: customer.react(message_of(request, person), request.POST.get("sign", "")),
    "edit": lambda request, person: customer.edit(message_of(request, person), request.POST.get("text", "")),
    "unsend": lambda request, person: customer.unsend(message_of(request, person)),
    "see": lambda _request, person: customer.see(person),
    "typing": lambda _request, person: customer.show_typing(person),
    "elsewhere": elsewhere,
}


@require_POST
def do(request: HttpRequest, uuid: UUID, number: int, what: str) -> HttpResponse:
    """Do one of these; the chat as it then is."""
    person = person_or_404(uuid, number)
    DOES[what](request, person)
    return thread_of(request, person)


def thread_of(request: HttpRequest, person: Person) -> HttpResponse:
    person.refresh_from_db()
    return render(request, "phone/_thread.html", lines(person))


@require_POST
def newcomer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return redirect("phone-chat", uuid, people.newcomer(account_or_404(uuid)).pk)


@require_POST
def misbehave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set the switches; what is odd about them stands beside them."""
    form = MisbehaviourForm(request.POST, instance=account_or_404(uuid))
    if form.is_valid():
        form.save()
    status = 200 if form.is_valid() else 400
    return render(request, "phone/_misbehaviour.html", {"form": form, "account": form.instance}, status=status)


@require_safe
def file(request: HttpRequest, uuid: UUID, external_id: str) -> HttpResponse:
    """A file of a chat; its address does not change, so that pictures stay where they are."""
    return shown(get_object_or_404(Media, account__channel__uuid=uuid, external_id=external_id))
