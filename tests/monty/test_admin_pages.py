"""Every page of the admin: there for who may see it, shut for who may not, and no dearer with more rows."""

from datetime import date, time

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_app.border import File
from channels_app.models import Visitor, hashed
from conversations.models import Contact, Conversation, Draft, Label, Mention, SavedReply
from monty.admin import BoundedPaginator, address
from teams.models import Teammate
from tests import make

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
        row.close(by=person)
        Mention.objects.write(row.note("Look", by=person).message, [person])
        Draft.objects.keep(row, by=person, version=1, text="Dear")
        SavedReply.objects.create(title="Hello", shortcut=f"hello-{number}", text="Hello!").attach([make.text_file()])


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("app", ["teams", "channels_app", "conversations"])
def test_every_model_is_in_the_admin(app: str) -> None:
    assert set(apps.get_app_config(app).get_models()) <= set(MODELS)


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


@every_model
def test_a_list_asks_no_more_questions_for_twenty_rows_than_for_one(model, rooted: Client) -> None:
    world(1)
    rooted.get(address(model, "changelist"))  # Fills the caches of content types.
    few = queries(rooted, address(model, "changelist"))
    world(19, offset=1)
    assert queries(rooted, address(model, "changelist")) == few


def test_the_front_page_asks_no_more_questions_for_twenty_rows_than_for_one(rooted: Client) -> None:
    world(1)
    rooted.get("/admin/")
    few = queries(rooted, "/admin/")
    world(19, offset=1)
    assert queries(rooted, "/admin/") == few


def test_the_presence_page_asks_no_more_questions_for_twenty_people_than_for_one(rooted: Client) -> None:
    world(1)
    rooted.get(address(Teammate, "presence"))
    few = queries(rooted, address(Teammate, "presence"))
    world(19, offset=1)
    assert queries(rooted, address(Teammate, "presence")) == few


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
