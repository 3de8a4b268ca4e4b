"""Every page of the admin: there for who may see it, shut for who may not, and no dearer with more rows."""

from datetime import date, time, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.border import File
from channels_app.models import Visitor, hashed
from conversations.models import (
    Attribute,
    Contact,
    Conversation,
    Digest,
    Draft,
    Import,
    Label,
    Macro,
    Mailing,
    Mention,
    Merge,
    OnlineDay,
    Rollup,
    SavedReply,
    Stale,
)
from conversations.reports import measuring, rollups
from conversations.sending import scheduling
from flows import engine, starting
from flows.models import FlowFile
from monty.admin import BoundedPaginator, address
from teams.models import ApiToken, Choice, IdempotencyKey, Teammate
from tests import make
from tests.flows.flow import MENU, flow
from tests.orders import shop
from webhooks.models import Attempt, Delivery, Subscription
from webhooks.patience import Answer

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
NAMES = [model._meta.label_lower for model in MODELS]
every_model = pytest.mark.parametrize("model", MODELS, ids=NAMES)


pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def root(db) -> Teammate:
    return Teammate.objects.create_superuser("root", password="monty")


@pytest.fixture
def rooted(root: Teammate, client: Client) -> Client:
    client.force_login(root)
    return client


def world(size: int, offset: int = 0) -> None:
    """So many of everything, each connected with its own others."""
    for number in range(offset, offset + size):
        team = make.team(f"Team {number}")
        team.schedule = make.schedule({0: (time(9), time(18))})
        team.schedule.holidays.create(day=date(2026, 12, 25), name="Christmas Day")
        team.save()
        person = make.ready(make.teammate(f"person{number}", team))
        channel = make.channel("webchat", team)
        Visitor.objects.create(channel=channel, token_hash=hashed(f"token {number}"))
        row = make.conversation(channel, state="assigned", assignee=person, name=f"Customer {number}")
        row.reply("See the file", by=person, files=(File("a.txt", b"a", "text/plain"),))
        row.label([Label.objects.create(name=f"Label {number}", team=team).name], by=person)
        scheduling.schedule(row, "Later", timezone.now() + timedelta(hours=1), by=person, files=(make.text_file(),))
        row.close(by=person)
        Mention.objects.write(row.note("Look", by=person).message, [person])
        Draft.objects.keep(row, by=person, version=1, text="Dear")
        Macro.objects.create(name=f"Macro {number}", team=team, steps=[{"do": "assign", "teammate": person.pk}])
        Choice.objects.choose({("waits", "email"): True}, by=person)
        Digest.objects.of(person)
        Attribute.objects.create(key=f"size_{number}", label=f"Size {number}")
        double = Contact.objects.create(name=f"Double {number}", merged_into=row.contact)
        Merge.objects.create(stays=row.contact, goes=double, by=person)
        talk = flow(f"Flow {number}", MENU, f"keyword:menu{number}", on=(channel,))
        engine.advance(starting.send(make.conversation(channel), talk, by=None))
        FlowFile.store(make.text_file(), flow=talk)
        count(row, person)
        SavedReply.objects.create(title="Hello", shortcut=f"hello-{number}", text="Hello!").attach([make.text_file()])
        shop.placed(row, shop.variant(1000, stock=5), by=person)
        brought = Import.objects.create(channel=channel, by=person, name="old.csv", file="imports/old", state="done")
        brought.refused.create(lines=[[2, {"name": "Nora"}]], problems=[[2, "email", "This is missing."]])
        ApiToken.objects.make(person, name="Nightly")
        IdempotencyKey.objects.create(teammate=person, key=f"key-{number}")
        hook = Subscription.make(by=person, teams=[team], name="CRM", url="https://crm.example/", verbs=["close"])
        Attempt.note(Delivery.objects.test(hook, by=person), Answer(204, "Delivered."))


def count(row: Conversation, person: Teammate) -> None:
    """What is kept of it for reports."""
    measuring.measure([row.pk])
    Stale.objects.mark([(row.pk, False)])
    for rollup in Rollup.objects.filter(fresh=False):
        rollups.add_up(rollup.pk)
    OnlineDay.objects.create(teammate=person, day=date(2026, 11, 1), seconds=60)
    Mailing.objects.create(teammate=person, report="volume", every="day", due_at=timezone.now())


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("app", ["teams", "channels_app", "conversations", "webhooks"])
def test_every_model_is_in_the_admin(app: str) -> None:
    assert set(apps.get_app_config(app).get_models()) <= set(MODELS)


def test_the_admin_has_the_door_of_everybody(client: Client, rooted: Client, ana: Teammate) -> None:
    strangers = Client().get("/admin/login/", {"next": "/admin/teams/team/"})
    assert strangers["Location"] == "/login/?next=/admin/teams/team/"
    assert rooted.get("/admin/password_change/")["Location"] == "/password/"
    client.force_login(ana)
    assert "Your role has no part in the admin." in client.get("/admin/", follow=True).content.decode()


def test_the_one_site_is_ours() -> None:
    assert [site.site_header for site in all_sites] == ["Monty"]


@every_model
def test_list_search_and_row_are_shown_to_a_superuser(model, rooted: Client) -> None:
    world(1)
    assert rooted.get(address(model, "changelist")).status_code == 200
    if admin.site.get_model_admin(model).search_fields:
        assert rooted.get(address(model, "changelist"), {"q": "7"}).status_code == 200
    row = model._default_manager.order_by("pk").first()
    if row is not None:
        assert rooted.get(address(model, "change", row.pk)).status_code == 200
        assert rooted.get(address(model, "history", row.pk)).status_code == 200


@every_model
def test_the_add_page_is_shown_or_refused_but_never_breaks(model, rooted: Client) -> None:
    may_add = admin.site.get_model_admin(model).has_add_permission(rooted.get("/admin/").wsgi_request)
    assert rooted.get(address(model, "add")).status_code == (200 if may_add else 403)


@every_model
def test_an_agent_sees_no_page_of_it(model, client: Client, ana: Teammate) -> None:
    client.force_login(ana)
    answer = client.get(address(model, "changelist"))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


@every_model
def test_staff_without_permissions_see_no_page_of_it(model, client: Client) -> None:
    client.force_login(make.teammate("clerk", is_staff=True))
    assert client.get(address(model, "changelist")).status_code == 403


def test_no_page_asks_more_questions_for_twenty_rows_than_for_one(rooted: Client) -> None:
    """All in one test: a world of twenty is dear to make."""
    pages = ["/admin/", address(Teammate, "presence"), *(address(model, "changelist") for model in MODELS)]
    world(1)
    for page in pages:
        rooted.get(page)  # Fills the caches of content types.
    few = {page: queries(rooted, page) for page in pages}
    world(19, offset=1)
    assert {page: queries(rooted, page) for page in pages} == few


def test_a_long_list_is_counted_no_further_than_people_turn_pages(rooted: Client, monkeypatch) -> None:
    Contact.objects.bulk_create(Contact(name=f"Customer {number}") for number in range(12))
    monkeypatch.setattr(BoundedPaginator, "MOST", 10)
    page = rooted.get(address(Contact, "changelist")).content.decode()
    assert "the first 10" in page


def test_the_front_page_tells_how_it_stands(rooted: Client, conversation: Conversation, ana: Teammate) -> None:
    make.ready(ana)
    figures = {figure.label: figure.value for figure in rooted.get("/admin/").context["figures"]}
    assert figures["Waiting now"] == figures["Live conversations"] == figures["Teammates ready"] == 1
    assert "minutes" in figures["Longest wait"]
    assert figures["Failed messages, last 24 hours"] == 0


def test_the_front_page_folds_away_what_is_only_looked_at(rooted: Client) -> None:
    rooms = {room["app_label"]: room for room in rooted.get("/admin/").context["rooms"]}
    names = {kind: {each["object_name"] for each in rooms["conversations"][kind]} for kind in ("worked_on", "records")}
    assert {"Conversation", "Message", "Label"} <= names["worked_on"]
    assert {"Attempt", "Event", "Cell"} <= names["records"]


def test_every_figure_leads_to_a_list(rooted: Client, conversation: Conversation) -> None:
    for figure in rooted.get("/admin/").context["figures"]:
        assert rooted.get(figure.url).status_code == 200, figure.label


def test_figures_are_shown_only_to_who_may_see_what_they_count(client: Client, conversation: Conversation) -> None:
    client.force_login(make.teammate("clerk", is_staff=True))
    assert client.get("/admin/").context["figures"] == []


def test_pages_allow_no_inline_script_or_style(rooted: Client) -> None:
    policy = rooted.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_no_proof_of_a_visitor_is_on_any_page(rooted: Client) -> None:
    world(1)
    visitor = Visitor.objects.get()
    for page in (address(Visitor, "changelist"), address(Visitor, "change", visitor.pk)):
        assert visitor.token_hash not in rooted.get(page).content.decode()
