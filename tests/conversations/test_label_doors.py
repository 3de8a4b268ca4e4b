"""Labels on the page, in REST and in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation, Label
from monty.admin import page_of
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


@pytest.fixture
def refund(db) -> Label:
    return Label.objects.create(name="Refund", colour="red")


@pytest.fixture
def strict(sales, conversation) -> Conversation:
    sales.label_required = True
    sales.save()
    return conversation


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def act(page, row, verb, **fields):
    return page.post(f"/conversations/{row.pk}/{verb}/", fields, headers=BY_SCRIPT)


def names(row: Conversation) -> list[str]:
    return [label.name for label in Conversation.objects.get(pk=row.pk).labels.all()]


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_label_is_ticked_and_no_longer_ticked(page, conversation, refund):
    assert act(page, conversation, "label", label=refund.pk, on="true").status_code == 204
    assert names(conversation) == ["Refund"]
    assert act(page, conversation, "label", label=refund.pk).status_code == 204
    assert names(conversation) == []


def test_row_and_head_show_it_as_text(page, ana, conversation):
    Label.objects.create(name="<b>Bold</b>")
    conversation.label(["<b>Bold</b>"], by=ana)
    content = page.get(f"/conversations/{conversation.pk}/?view=unassigned").content.decode()
    assert content.count('<span class="label is-grey" dir="auto">&lt;b&gt;Bold&lt;/b&gt;</span>') == 2


def test_the_menu_offers_what_its_team_may_choose_and_what_it_has(page, ana, support, conversation, refund):
    Label.objects.create(name="Theirs", team=support)
    Label.objects.create(name="Old", offered=True)
    conversation.label(["Old"], by=ana)
    Label.objects.filter(name="Old").update(offered=False)
    response = page.get(f"/conversations/{conversation.pk}/labels/")
    assert [label.name for label in response.context["labels"]] == ["Old", "Refund"]
    assert response.content.decode().count("checked") == 1


def test_who_does_not_see_the_conversation_finds_no_menu_and_puts_nothing_on_it(client, cara, conversation, refund):
    client.force_login(cara)
    assert client.get(f"/conversations/{conversation.pk}/labels/").status_code == 404
    assert act(client, conversation, "label", label=refund.pk, on="true").status_code == 404


def test_closing_without_the_label_is_refused_in_words(page, strict):
    answer = act(page, strict, "close")
    assert is_problem(answer, 409, "verb_not_allowed")
    assert answer.json()["detail"] == "Sales wants a label on it before it is closed."


def test_a_list_takes_as_many_queries_with_labels_as_without(page, ana, webchat, refund):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get("/?view=unassigned")
        return len(captured)

    make.conversation(webchat)
    before = queries()
    for _ in range(3):
        make.conversation(webchat).label(["Refund"], by=ana)
    assert queries() == before


# --- REST -----------------------------------------------------------------------------------------------------------


def test_rest_puts_labels_on_it_and_shows_them(ana, conversation, refund):
    program = Program(ana)
    answer = program.post(f"conversations/{conversation.pk}/labels", labels=["Refund"])
    assert (answer.status_code, answer.json()["labels"]) == (200, ["Refund"])
    assert program.get(f"conversations/{conversation.pk}").json()["labels"] == ["Refund"]


def test_rest_refuses_a_label_that_is_not_offered(ana, conversation):
    answer = Program(ana).post(f"conversations/{conversation.pk}/labels", labels=["Refund"])
    assert is_problem(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["labels"]


def test_rest_puts_nothing_on_what_one_may_not_see(cara, conversation, refund):
    answer = Program(cara).post(f"conversations/{conversation.pk}/labels", labels=["Refund"])
    assert is_problem(answer, 404, "not_found")


def test_rest_refuses_to_close_without_the_label(ana, strict):
    assert is_problem(Program(ana).post(f"conversations/{strict.pk}/close"), 409, "verb_not_allowed")


def test_a_list_is_narrowed_down_to_a_label(ana, webchat, conversation, refund):
    make.conversation(webchat)
    conversation.label(["Refund"], by=ana)
    assert Program(ana).ids("conversations", label="Refund") == [conversation.pk]


def test_rest_lists_the_labels(ana, refund):
    [row] = Program(ana).get("labels").json()["results"]
    assert row == {"id": refund.pk, "name": "Refund", "colour": "red", "team": None, "offered": True}


# --- The admin ------------------------------------------------------------------------------------------------------


def test_a_supervisor_makes_labels(client, supervisor, sales):
    client.post(
        "/admin/conversations/label/add/", {"name": "Lead", "colour": "green", "team": sales.pk, "offered": "on"}
    )
    assert Label.objects.get(name="Lead").team == sales
    assert "is-green" in client.get("/admin/conversations/label/").content.decode()


def test_a_second_label_of_a_name_is_refused_in_words(client, supervisor, refund):
    answer = client.post("/admin/conversations/label/add/", {"name": "refund", "colour": "red", "offered": "on"})
    assert "There is a label of this name." in answer.content.decode()


def test_without_the_permission_nobody_makes_labels(client, db):
    client.force_login(make.staff("lena", "conversations.view_label"))
    assert client.post("/admin/conversations/label/add/", {"name": "Lead"}).status_code == 403


def test_the_admin_puts_labels_on_it_and_shows_them(client, supervisor, conversation, refund):
    client.post(f"/admin/conversations/conversation/{conversation.pk}/press/label/", {"add": [refund.pk]})
    assert names(conversation) == ["Refund"]
    assert 'class="label is-red"' in client.get(page_of(conversation)).content.decode()


def test_the_admin_refuses_to_close_without_the_label(client, supervisor, strict):
    answer = client.post(f"/admin/conversations/conversation/{strict.pk}/press/close/", follow=True)
    assert [str(each) for each in answer.context["messages"]] == ["Sales wants a label on it before it is closed."]
