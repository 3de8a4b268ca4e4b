"""Staff who do not oversee see in the admin what the inbox would show them, and nothing else."""

import pytest
from django.test import Client

from channels_app.border import File
from conversations.models import Attachment, Contact, Conversation, Episode, Event, Identity, Message
from monty.admin import address, page_of
from teams.models import Membership
from tests import make

pytestmark = pytest.mark.once

PARTS = [Attachment, Contact, Conversation, Episode, Event, Identity, Message]
every_part = pytest.mark.parametrize("model", PARTS, ids=[part.__name__ for part in PARTS])
MAY_LOOK = [f"conversations.view_{part._meta.model_name}" for part in PARTS]


@pytest.fixture
def ours(webchat, ana) -> Conversation:
    """A conversation of Sales with a bit of everything."""
    row = make.conversation(webchat, state="assigned", assignee=ana)
    row.reply("Here", by=ana, files=(File("list.txt", b"1", "text/plain"),))
    return row


@pytest.fixture
def of_support(support) -> "object":
    return make.staff("stella", *MAY_LOOK, teams=[support])


def rows_of(client: Client, model) -> int:
    return client.get(address(model, "changelist")).context["cl"].result_count


@every_part
def test_support_sees_nothing_of_sales(model, client, ours, of_support) -> None:
    client.force_login(of_support)
    assert rows_of(client, model) == 0
    assert model.objects.exists()
    assert client.get(page_of(model.objects.first())).status_code == 302


@every_part
def test_sales_sees_its_own(model, client, ours, of_support, sales) -> None:
    Membership.objects.create(team=sales, teammate=of_support)
    client.force_login(of_support)
    assert rows_of(client, model) == model.objects.count() > 0


@every_part
def test_who_oversees_sees_all(model, client, ours) -> None:
    client.force_login(make.staff("sven", "teams.oversee", *MAY_LOOK))
    assert rows_of(client, model) == model.objects.count() > 0


def test_figures_count_what_the_person_sees(client, ours, of_support) -> None:
    client.force_login(of_support)
    figures = {figure.label: figure.value for figure in client.get("/admin/").context["figures"]}
    assert figures["Live conversations"] == 0


def test_a_press_on_what_is_out_of_sight_is_not_found(client, ours, support) -> None:
    client.force_login(make.staff("stella", "conversations.change_conversation", *MAY_LOOK, teams=[support]))
    assert client.post(f"/admin/conversations/conversation/{ours.pk}/press/close/").status_code == 404


def test_handing_it_out_of_sight_leads_back_to_the_list(client, ours, sales, support) -> None:
    client.force_login(make.staff("stella", "conversations.change_conversation", *MAY_LOOK, teams=[sales]))
    answer = client.post(f"/admin/conversations/conversation/{ours.pk}/press/hand_to/", {"team": support.pk})
    assert answer["Location"] == address(Conversation, "changelist")


def test_who_waits_longest_stands_first(client, webchat) -> None:
    client.force_login(make.staff("sven", "teams.oversee", *MAY_LOOK))
    first, second = make.conversation(webchat), make.conversation(webchat)
    page = address(Conversation, "changelist")
    assert list(client.get(page).context["cl"].result_list) == [second, first]
    assert list(client.get(page, {"now": "waiting"}).context["cl"].result_list) == [first, second]


def test_search_finds_by_name_e_mail_and_number(client, ours) -> None:
    client.force_login(make.staff("sven", "teams.oversee", *MAY_LOOK))
    Contact.objects.update(name="Nora Visitor", email="nora@example.org")
    for words, found in (("nora visi", 1), ("nora@ex", 1), (str(ours.pk), 1), ("nobody", 0)):
        answer = client.get(address(Conversation, "changelist"), {"q": words})
        assert answer.context["cl"].result_count == found, words


@pytest.mark.parametrize(("inbox", "found"), [("live", 1), ("waiting", 0), ("unassigned", 0)])
def test_the_inbox_filter_asks_the_inbox_s_questions(client, ours, inbox, found) -> None:
    client.force_login(make.staff("sven", "teams.oversee", *MAY_LOOK))
    answer = client.get(address(Conversation, "changelist"), {"now": inbox})
    assert answer.context["cl"].result_count == found
