"""Who may what, at every door, is what `who_may.txt` says: a new door without a line there fails.

The columns are the seven roles, and beside them a stranger, an agent of another team (`elsewhere`), and a supervisor
who is held to another team (`lead`). Everything that the doors lead to is of the team that the agent is in.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.backends.django import Template
from django.utils import timezone
from PIL import Image

from channels_app import models as channels
from channels_app.border import File
from channels_app.models import Channel, Delivery
from conversations import files, media
from conversations.models import (
    Attribute,
    BulkRun,
    Contact,
    Conversation,
    Import,
    Label,
    Macro,
    Mailing,
    Mention,
    Merge,
    Message,
    Meter,
    SavedReply,
    SavedView,
    Scheduled,
    Upload,
)
from flows.models import DryRun, Flow, FlowRun, FlowVersion, HumanWord
from orders import links, pictures
from orders.models import Order, Product
from teams import invitations, roles
from teams.models import ApiToken, AuditEntry, Keeping, Membership, Schedule, Setting, Team, Teammate
from tests import make, who_may
from tests.monty.test_admin_pages import world
from tests.orders import till
from webhooks.models import Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TABLE = Path(__file__).with_name("who_may.txt")
ROLES = {
    "agent": "Agent",
    "analyst": "Analyst",
    "viewer": "Viewer",
    "supervisor": "Supervisor",
    "manager": "App Manager",
    "editor": "Editor",
    "admin": "Admin",
}
COLUMNS = ["stranger", "elsewhere", "lead", *ROLES]


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (900, 900), "teal").save(made, "PNG")
    return made.getvalue()


@pytest.fixture(autouse=True)
def blank_pages(monkeypatch) -> None:
    """Who is let in is decided before a page is drawn, which takes most of the time, and other tests look at."""
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: "")


@pytest.fixture
def people(db) -> dict[str, Teammate | None]:
    world(1)
    sales, other = Team.objects.get(), make.team("Elsewhere")
    cast: dict[str, Teammate | None] = {"stranger": None}
    for name, role, team in [("elsewhere", "Agent", other), ("lead", "Supervisor", other)]:
        person = cast[name] = make.teammate(name, team)
        roles.give(person, role, own_teams_only=name == "lead")
    for name, role in ROLES.items():
        person = cast[name] = make.teammate(name, *([sales] if name == "agent" else []))
        roles.give(person, role)
    return {name: person and Teammate.objects.get(pk=person.pk) for name, person in cast.items()}


class Things:
    """One of everything, and how to find it by a door's address."""

    def __init__(self) -> None:
        self.agent = Teammate.objects.get(username="agent")
        sales = Team.objects.get(name="Team 0")
        self.somebody = Teammate.objects.get(username="person0")
        self.somebody.wear(media.portrait(picture()))
        self.channel = Channel.objects.get()
        self.conversation = make.conversation(self.channel, state="assigned", assignee=self.agent)
        self.contact = self.conversation.contact
        self.contact.picture.save("face", ContentFile(media.portrait(picture())))
        sent = media.checked(SimpleUploadedFile("tea.png", picture(), "image/png"))
        self.message = self.conversation.reply("Look", by=self.agent, files=(sent,)).message
        self.file = self.message.attachments.get()
        self.mention = Mention.objects.write(self.conversation.note("Hm", by=self.agent).message, [self.agent])
        self.bulk = BulkRun.objects.create(by=self.agent, verb="close", total=1, finished_at=timezone.now())
        self.view = SavedView.objects.make(self.agent, "Mine", base="all", wishes={})
        self.reply = SavedReply.objects.create(title="Own", shortcut="own", text="Hi", owner=self.agent)
        steps = [{"do": "assign", "teammate": self.somebody.pk}]
        self.macro = Macro.objects.create(name="Own", owner=self.agent, steps=steps)
        double = Contact.objects.create(name="Double", merged_into=self.contact)
        moved = [self.conversation.identity_id]
        self.merge = Merge.objects.create(stays=self.contact, goes=double, by=self.agent, moved=moved)
        self.page = make.channel("facebook", sales)
        self.template = channels.Template.objects.create(
            channel=self.channel, name="hi", language="en", status="approved"
        )
        self.flow = Flow.objects.get()
        self.flow.triggers.create(kind="by_hand")
        self.flow.keep_picture(media.portrait(picture()))
        self.draft = self.flow.edit(by=self.somebody)
        self.dry_run = DryRun.objects.create(
            version=self.draft, document=self.draft.document, by=self.somebody, total=1
        )
        self.order = till.shown(self.conversation, by=self.agent)
        self.product = Product.objects.get(pk=self.order.lines.get().variant.product_id)
        pictures.keep(self.product, SimpleUploadedFile("cup.png", picture(), "image/png"))
        self.meter = Meter.objects.get_or_create(pk=1)[0]
        self.mailing = Mailing.objects.create(teammate=self.agent, report="volume", every="week", due_at=timezone.now())
        self.delivery = Delivery.objects.create(channel=self.channel, body=b"{}", state=Delivery.State.DONE)
        self.hook = Subscription.objects.get()
        self.passkey = Authenticator.objects.create(
            user=self.somebody, type="webauthn", data={"name": "K", "credential": {}}
        )
        self.browser = UserSession.objects.create(user=self.agent, session_key="x", ip="192.0.2.1")
        Session.objects.create(session_key="x", session_data="", expire_date=timezone.now() + timedelta(days=1))
        boss = Teammate.objects.create_superuser("root", password="monty")
        self.invitation = invitations.invite("Nora", "Agent", by=boss, lasts=timedelta(days=1), team=sales)
        brought = {"channel": self.channel, "name": "old.csv", "file": "imports/old", "state": "looked", "new": 1}
        # Whoever brought it is the one who may take it in.
        self.brought = Import.objects.create(by=Teammate.objects.get(username="admin"), **brought)
        self.token = ApiToken.objects.make(self.agent, name="Nightly")
        # There from the first migration on, but not once a test has emptied all tables.
        self.setting = Setting.objects.get_or_create(name="runs_kept")[0]
        self.kept = Keeping.objects.get_or_create(name="conversations.draft")[0]
        self.word = HumanWord.objects.get_or_create(language="en", word="human")[0]
        self.upload = Upload.objects.put(
            self.conversation, File("a.txt", b"a", "text/plain"), by=self.agent, number=who_may.uuid4()
        )

    def value(self, route: str, place: str) -> Any:
        """What stands for a place of an address."""
        for start, values in self.by_address().items():
            if route.startswith(start) and place in values:
                return values[place]
        raise AssertionError(f"{route}: what is <{place}>? Say it in tests/test_who_may.py.")

    def by_address(self) -> dict[str, dict[str, Any]]:
        number, other = self.conversation.pk, Contact.objects.get(name="Customer 0")
        return {
            "/orders/<int:pk>/<slug:verb>/": {"pk": self.order.pk, "verb": "cancel"},
            "/orders/": {"pk": self.order.pk},
            "/products/": {"pk": self.product.pk, "version": self.product.picture_version},
            "/payments/": {"kind": "hosted"},
            "/o/": {"token": links.token(self.order.uuid, timezone.now() + timedelta(days=1))},
            "/reports/mail/": {"pk": self.mailing.pk},
            "/reports/": {"name": "volume"},
            "/api/v1/reports/": {"name": "volume"},
            "/api/v1/orders/": {"pk": self.order.pk},
            "/api/v1/products/": {"pk": self.product.pk},
            "/api/v1/variants/": {"pk": self.product.variants.all()[0].pk},
            "/api/v1/memberships/": {"pk": Membership.objects.filter(teammate=self.agent).get().pk},
            "/api/v1/schedules/": {"pk": Schedule.objects.get().pk},
            "/api/v1/invitations/": {"pk": self.invitation.pk},
            "/api/v1/settings/": {"pk": self.setting.pk},
            "/api/v1/imports/": {"pk": self.brought.pk},
            "/api/v1/raw_deliveries/": {"pk": self.delivery.pk},
            "/api/v1/measuring/": {"pk": self.meter.pk},
            "/api/v1/kept/": {"pk": self.kept.pk},
            "/api/v1/audit/": {"pk": AuditEntry.objects.all()[0].pk},
            "/api/v1/views/": {"pk": self.view.pk},
            "/api/v1/bulk/": {"pk": self.bulk.pk},
            "/api/v1/tokens/": {"pk": self.token.pk},
            "/conversations/<int:pk>/merge/": {"pk": number, "other": other.pk},
            "/conversations/<int:pk>/unmerge/": {"pk": number, "merge": self.merge.pk},
            "/conversations/": {
                "pk": number,
                "verb": "close",
                "template": self.template.pk,
                "flow": self.flow.pk,
                "uuid": self.upload.uuid,
            },
            "/views/": {"pk": self.view.pk, "verb": "rename"},
            "/bulk/": {"pk": self.bulk.pk},
            "/saved-replies/": {"pk": self.reply.pk},
            "/macros/": {"pk": self.macro.pk},
            "/me/tokens/": {"pk": self.token.pk},
            "/me/choices/": {"about": "wrote", "way": "sound"},
            "/me/log-in/passkeys/": {"pk": self.passkey.pk},
            "/me/log-in/sessions/": {"pk": self.browser.pk},
            "/teammates/": {"pk": self.somebody.pk, "version": "1"},
            "/files/": {"uuid": self.file.uuid},
            "/contacts/": {"pk": self.contact.pk, "version": "1"},
            "/flows/": {"pk": self.flow.pk, "version": "1"},
            "/media-links/": {"token": files.public_link(self.file).rstrip("/").rpartition("/")[2]},
            "/invitations/": {"token": self.invitation.link.rstrip("/").rpartition("/")[2]},
            "/webchat/": {"uuid": self.channel.uuid, "attachment": self.file.uuid, "order": self.order.uuid},
            "/webhooks/": {"uuid": self.page.uuid},
            "/api/v1/conversations/": {"pk": number, "conversation": number},
            "/api/v1/messages/": {"pk": self.message.pk},
            "/api/v1/contacts/": {"pk": self.contact.pk},
            "/api/v1/attributes/": {"pk": Attribute.objects.get().pk},
            "/api/v1/labels/": {"pk": Label.objects.get().pk},
            "/api/v1/teams/": {"pk": self.channel.team_id, "team": self.channel.team_id},
            "/api/v1/teammates/": {"pk": self.somebody.pk},
            "/api/v1/channels/": {"pk": self.channel.pk, "channel": self.channel.pk},
            "/api/v1/mentions/": {"pk": Mention.objects.filter(teammate=self.agent).get().pk},
            "/api/v1/saved_replies/": {"pk": SavedReply.objects.get(shortcut="hello-0").pk},
            "/api/v1/scheduled/": {"pk": Scheduled.objects.get().pk},
            "/api/v1/macros/": {"pk": Macro.objects.get(name="Macro 0").pk},
            "/api/v1/flows/<flow>/dry_runs/": {"pk": self.dry_run.pk},
            "/api/v1/flows/": {"pk": self.flow.pk, "flow": self.flow.pk, "number": self.draft.number},
            "/api/v1/flow_runs/": {"pk": FlowRun.objects.get().pk},
            "/api/v1/human_words/": {"pk": self.word.pk},
            "/api/v1/webhooks/": {
                "pk": self.hook.pk,
                "subscription": self.hook.pk,
                "delivery": self.hook.deliveries.get().uuid,
            },
            "/admin/r/": {"content_type_id": 1, "object_id": 1},
            "/admin/channels_app/channel/": {"pk": self.channel.pk, "act": "reconnect"},
            "/admin/flows/flowversion/": {"pk": self.draft.pk, "name": "publish"},
            "/admin/conversations/contact/": {"pk": self.contact.pk},
            "/admin/conversations/bulkrun/": {"pk": self.bulk.pk},
            "/admin/conversations/import/": {"pk": self.brought.pk},
            "/admin/teams/teammate/": {"id": self.somebody.pk, "pk": self.somebody.pk, "name": "away"},
            "/admin/": {"object_id": 1, "app_label": "teams", "url": "nowhere"},
        }

    def row(self, model: Any) -> Any:
        known: dict[Any, Any] = {
            Conversation: self.conversation,
            Message: self.message,
            FlowVersion: self.draft,
            Teammate: self.somebody,
            Delivery: self.delivery,
            Channel: self.channel,
            Contact: self.contact,
            Import: self.brought,
            Order: self.order,
            Product: self.product,
        }
        return known.get(model) or model._default_manager.get()


@pytest.fixture
def things(people) -> Things:
    return Things()


def table() -> dict[str, list[str]]:
    """By door, what each of the columns is answered."""
    lines = [line.rsplit(maxsplit=len(COLUMNS)) for line in TABLE.read_text().splitlines() if line[:1] not in ("", "#")]
    return {door.strip(): cells for door, *cells in lines}


def line(door: str, cells: list[str]) -> str:
    return f"{door:<76} {' '.join(f'{cell:<10}' for cell in cells).rstrip()}\n"


def compare(found: dict[str, list[str]], expected: dict[str, list[str]], tmp_path: Path) -> None:
    """Every difference in words; what was found stands in a file, to be read line by line before it is believed."""
    if found == expected:
        return
    kept = tmp_path / "who_may.txt"
    kept.write_text("".join(line(door, cells) for door, cells in found.items()))
    wrong = [f"new: {door}" for door in found if door not in expected]
    wrong += [f"gone: {door}" for door in expected if door not in found]
    for door in found:
        cells = zip(COLUMNS, found[door], expected.get(door, found[door]), strict=True)
        wrong += [f"{door}: {name} gets “{cell}”, not “{was}”" for name, cell, was in cells if cell != was]
    pytest.fail(f"{TABLE.name} says otherwise (what was found: {kept})\n" + "\n".join(wrong), pytrace=False)


def of(*starts: str) -> dict[str, list[str]]:
    """The lines of the table whose address begins so."""
    return {door: cells for door, cells in table().items() if door.split()[1].startswith(starts)}


def test_pages(people, things: Things, tmp_path: Path) -> None:
    visitors = who_may.Visitors(people)
    apart = ("/api/", "/admin/", "/demo/")
    found = who_may.doors(visitors, things.value, lambda route: not route.startswith(apart))
    expected = {door: cells for door, cells in of("/").items() if not door.split()[1].startswith((*apart, "/ws/"))}
    compare(found, expected, tmp_path)


def test_rest(people, things: Things, tmp_path: Path) -> None:
    visitors = who_may.Visitors(people)
    compare(who_may.doors(visitors, things.value, lambda route: route.startswith("/api/")), of("/api/"), tmp_path)


def test_admin(people, things: Things, tmp_path: Path) -> None:
    visitors = who_may.Visitors(people)
    found = who_may.doors(visitors, things.value, lambda route: route.startswith("/admin/") and "/press/" not in route)
    found |= who_may.buttons(visitors, things.row) | who_may.models(people)
    names = ("admin ", "press ")
    expected = of("/admin/") | {door: cells for door, cells in table().items() if door.startswith(names)}
    compare(found, expected, tmp_path)


# What a lead's lists may show although none of it is of their team: themselves, and what is everybody's.
LEADS_OWN = {"teams.team", "teams.teammate", "teams.membership"}
EVERYBODYS = {
    *("teams.schedule", "teams.opening", "teams.holiday", "teams.setting", "teams.keeping"),
    *(
        "conversations.meter",
        "conversations.attribute",
        "orders.product",
        "flows.flow",
        "flows.flowversion",
        "flows.flowfile",
    ),
    *("flows.humanword", "conversations.savedreply", "conversations.savedfile"),
}


def test_no_list_of_the_admin_shows_a_lead_anything_of_another_team(people, things: Things) -> None:
    # The migrations made these, but other tests empty every table.
    Setting.objects.furnish()
    Keeping.objects.furnish()
    assert who_may.filled_lists(people["lead"]) <= LEADS_OWN | EVERYBODYS
    assert who_may.filled_lists(people["supervisor"]) > LEADS_OWN | EVERYBODYS


# What every colleague is told of, so that they can hand over to each other, and what is offered to all.
EVERYBODY_IS_TOLD = {
    f"/api/v1/{name}/"
    for name in (
        "teams",
        "teammates",
        "channels",
        "labels",
        "attributes",
        "saved_replies",
        "flows",
        "human_words",
        "products",
        "variants",
        "measuring",
    )
}


# Of memberships those of their own team; hours and settings are every team's.
OF_THEIR_OWN = {f"/api/v1/{name}/" for name in ("reports", "memberships", "schedules", "settings", "kept")}


def test_no_list_of_rest_tells_a_lead_anything_of_another_team(people, things: Things) -> None:
    visitors = who_may.Visitors(people)
    assert who_may.filled_answers(visitors, "lead") == EVERYBODY_IS_TOLD | OF_THEIR_OWN
    assert who_may.filled_answers(visitors, "supervisor") > EVERYBODY_IS_TOLD


def test_sockets(people, tmp_path: Path) -> None:
    found = {"ws /ws/inbox/": [who_may.socket_groups(person) for person in people.values()]}
    compare(found, of("/ws/"), tmp_path)


def test_every_permission_of_a_role_is_there() -> None:
    known = {f"{each.content_type.app_label}.{each.codename}" for each in roles.known_permissions()}
    assert set().union(*(role.permissions for role in roles.PRESETS.values())) <= known


def test_the_lead_is_in_another_team(people) -> None:
    """What the table says of team scope means nothing otherwise."""
    lead = people["lead"]
    assert lead.own_teams_only and lead.has_perm("teams.oversee")
    assert not Membership.objects.filter(teammate=lead, team__name="Team 0").exists()
