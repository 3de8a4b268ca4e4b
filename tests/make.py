"""Rows for tests, with defaults that can be seen. Everything that happens goes the product's own road."""

import itertools
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from channels_app.border import File, Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
from conversations.models import Contact, Conversation, Identity, Message
from teams import presence, roles
from teams.models import Membership, Schedule, Setting, Team, Teammate

numbers = itertools.count(1)


def teammate(username: str, *teams: Team, **fields: Any) -> Teammate:
    person = Teammate.objects.create_user(username, password="monty", first_name=username.title(), **fields)
    for team in teams:
        Membership.objects.create(team=team, teammate=person)
    return person


def somebody(role: str, *teams: Team, own: bool = False) -> Teammate:
    """With this role as Monty brings it; `own`: held to their own teams."""
    person = teammate(f"{role.lower().replace(' ', '-')}-{next(numbers)}", *teams)
    roles.give(person, role, own_teams_only=own)
    return Teammate.objects.get(pk=person.pk)


def staff(username: str, *permissions: str, teams: Iterable[Team] = ()) -> Teammate:
    """Somebody who may enter the admin, with exactly these rights there ("app.codename")."""
    person = teammate(username, *teams, is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return person


def team(name: str) -> Team:
    return Team.objects.create(name=name)


def schedule(spans: dict[int, tuple[time, time]], time_zone: str = "UTC") -> Schedule:
    """One opening on each of these days of the week (Monday is 0)."""
    row = Schedule.objects.create(name=f"Schedule {next(numbers)}", time_zone=time_zone)
    for weekday, (opens, closes) in spans.items():
        row.openings.create(weekday=weekday, opens=opens, closes=closes)
    return row


def setting(name: str, value: float | None) -> Setting:
    """As a person sets it in the admin; None: back to the default."""
    row, _new = Setting.objects.get_or_create(name=name)
    row.value = value
    row.save()
    return row


def ready(person: Teammate) -> Teammate:
    """Active and connected, as if their inbox were open."""
    presence.choose(person, "active", by=person)
    presence.seen(person)
    person.refresh_from_db()
    return person


def channel(kind: str = "webchat", team: Team | None = None, **fields: Any) -> Channel:
    return Channel.objects.create(kind=kind, name=fields.pop("name", f"{kind} {next(numbers)}"), team=team, **fields)


def text_file(name: str = "note.txt", content: bytes = b"plain words") -> File:
    return File(name, content, "text/plain")


def inbound(text: str = "Hello", who: str = "visitor-1", **fields: Any) -> Inbound:
    """What a channel delivers; a new provider's id each time unless one is given."""
    return Inbound(
        external_id=fields.pop("external_id", f"m-{next(numbers)}"),
        sender=Sender(external_id=who, name=fields.pop("name", "Nora Visitor")),
        at=fields.pop("at", timezone.now()),
        text=text,
        **fields,
    )


def message(on: Channel, text: str = "Hello", who: str = "visitor-1", **fields: Any) -> Message:
    """A customer's message, received."""
    return intake.receive(on, inbound(text, who, **fields))[0]


def stored(conversation: Conversation, text: str = "Hello") -> Message:
    """A customer's message that nobody was told of yet."""
    return conversation.messages.create(
        channel=conversation.channel, author_kind="contact", status="received", text=text
    )


def conversation(on: Channel, *, state: str = "open", assignee: Teammate | None = None, **fields: Any) -> Conversation:
    """A conversation with one customer message, led to a state by the verbs that lead there."""
    row = message(on, **({"who": f"visitor-{next(numbers)}"} | fields)).conversation
    if state in ("assigned", "closed", "dropped", "reopened") and assignee is not None:
        row.assign_to(assignee, by=None)
    if state == "closed":
        row.close(by=assignee)
    if state == "dropped":
        row.drop(by=assignee)
    if state == "reopened":
        row.close(by=assignee)
        row.revive(by=None)
    row.refresh_from_db()
    return row


def many_waiting(on: Channel, number: int) -> list[Conversation]:
    """Customers in the inbox of the channel's team, the first waiting longest. By bulk: nothing has told anybody."""
    contacts = Contact.objects.bulk_create(Contact(name=f"Customer {each}") for each in range(number))
    identities = Identity.objects.bulk_create(
        Identity(contact=contact, channel=on, external_id=f"many-{contact.pk}") for contact in contacts
    )
    now = timezone.now()
    return Conversation.objects.bulk_create(
        Conversation(
            channel=on,
            identity=identity,
            team=on.team,
            inquiry_at=now,
            waiting_since=now - timedelta(seconds=number - place),
        )
        for place, identity in enumerate(identities)
    )


def undelivered(row: Conversation, status: str) -> Message:
    """A message of Monty's in this conversation that was not sent, or perhaps not."""
    message: Message = row.reply("On its way", by=None).message
    Message.objects.filter(pk=message.pk).update(status=status, error="The provider says no.")
    message.refresh_from_db()
    return message


def long_ago(row: Conversation, at: datetime) -> Conversation:
    """Move the customer's last message into the past, with the window that counts from it."""
    assert row.inquiry_at is not None
    assert row.window_until is not None
    age = row.inquiry_at - at
    until = row.window_until - age
    Conversation.objects.filter(pk=row.pk).update(inquiry_at=at, window_until=until)
    row.refresh_from_db()
    return row
