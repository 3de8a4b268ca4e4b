"""Sending an approved template: inside the window and after it, by page and REST, and by nobody who may not answer."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.models import Template
from conversations.models import Conversation, Status
from conversations.sending import outbox, picker
from monty.errors import BadInput, VerbNotAllowed, WindowShut
from tests import make
from tests.parrot import Parrot, known
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "Accept": "application/json"}


@pytest.fixture
def template(parrot, monkeypatch) -> Template:
    monkeypatch.setattr(Parrot, "listed", [known("order_update"), known("welcome", status="paused")])
    Template.objects.sync(parrot)
    return Template.objects.get(name="order_update")


@pytest.fixture
def talk(parrot) -> Conversation:
    return make.conversation(parrot)


@pytest.fixture
def late(talk) -> Conversation:
    """The customer wrote two days ago: only templates may be sent."""
    return make.long_ago(talk, timezone.now() - timedelta(hours=48))


VALUES = {"body.1": "Nora"}
WORDS = "Hello Nora, it is on its way."


def test_a_template_is_queued_as_the_customer_will_read_it(talk, template, ana):
    message, new = picker.send(talk, template, VALUES, by=ana)

    assert new
    assert (message.text, message.status, message.author) == (WORDS, Status.QUEUED, ana)
    assert message.template == {
        "name": "order_update",
        "language": "en_US",
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Nora"}]}],
    }


def test_it_is_an_answer_like_any_other(talk, template, ana):
    picker.send(talk, template, VALUES, by=ana)
    talk.refresh_from_db()
    assert (talk.waiting_since, talk.unread, talk.last_text, talk.assignee) == (None, 0, WORDS, ana)
    assert talk.events.latest("pk").verb == "reply"


def test_after_the_window_it_is_all_that_can_be_sent(late, template, ana):
    with pytest.raises(WindowShut) as refused:
        late.reply("Hello?", by=ana)
    assert refused.value.facts["possible"] == ["template"]
    assert picker.send(late, template, VALUES, by=ana)[0].text == WORDS


def test_the_outbox_lets_it_through_then_too(late, template, ana):
    message, _new = picker.send(late, template, VALUES, by=ana)
    outbox.deliver(Conversation.objects.get(pk=late.pk))
    [said] = Parrot.said
    assert (said.template.name, said.template.components) == ("order_update", message.template["components"])
    message.refresh_from_db()
    assert message.status == Status.SENT


def test_where_the_provider_knows_no_templates_none_is_sent(webchat, template, ana):
    row = make.conversation(webchat)
    with pytest.raises(WindowShut):
        row.send_template(template, [], WORDS, by=ana)


def test_another_channels_template_is_refused(template, sales, ana):
    row = make.conversation(make.channel(Parrot.kind, sales))
    with pytest.raises(BadInput, match="another channel"):
        row.send_template(template, [], WORDS, by=ana)


def test_one_that_is_not_approved_is_refused(talk, template, ana):
    with pytest.raises(BadInput, match="not approved"):
        picker.send(talk, Template.objects.get(name="welcome"), VALUES, by=ana)


@pytest.mark.parametrize("end", ["close", "drop"])
def test_nothing_is_sent_in_a_conversation_that_has_ended(talk, template, ana, end):
    getattr(talk, end)(by=ana)
    with pytest.raises(VerbNotAllowed):
        picker.send(talk, template, VALUES, by=ana)


def test_the_same_client_id_again_is_the_same_message(talk, template, ana):
    number = uuid.uuid4()
    first, new = picker.send(talk, template, VALUES, by=ana, client_id=number)
    second, new_again = picker.send(talk, template, VALUES, by=ana, client_id=number)
    assert (first.pk, new, new_again) == (second.pk, True, False)


def test_what_is_not_filled_in_leaves_nothing_behind(talk, template, ana):
    with pytest.raises(BadInput):
        picker.send(talk, template, {}, by=ana)
    talk.refresh_from_db()
    assert talk.assignee is None
    assert not talk.messages.from_us().exists()


# --- REST -------------------------------------------------------------------------------------------------------------


def post(person, row, **fields):
    return Program(person).post(f"conversations/{row.pk}/template/", fields)


@pytest.mark.once
def test_rest_sends_one(late, template, ana):
    number = str(uuid.uuid4())
    answer = post(ana, late, template=template.pk, values=VALUES, client_id=number)
    assert (answer.status_code, answer.json()["text"]) == (201, WORDS)
    again = post(ana, late, template=template.pk, values=VALUES, client_id=number)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template": "x"},
        {"template": 10**30},
        {"template": None},
        {"values": []},
        {"values": {"body.1": ["a"]}},
        {"values": {"body.1": {"a": 1}}},
        {"values": {"body.1": "a\nb"}},
        {"values": {"body.1": "x" * 3000}},
        {"values": {"body.7": "a"}},
    ],
    ids=str,
)
def test_rest_says_what_is_wrong(late, template, ana, body):
    sent = {"template": template.pk, "values": VALUES, **body} if body else {}
    answer = post(ana, late, **sent)
    assert is_problem(answer, 400, "invalid")
    assert not late.messages.from_us().exists()


@pytest.mark.once
def test_rest_says_when_a_channel_has_no_templates(conversation, template, ana):
    assert is_problem(post(ana, conversation, template=template.pk, values=VALUES), 422, "window_shut")


@pytest.mark.once
def test_for_whoever_does_not_see_the_conversation_it_is_not_there(talk, template, cara):
    assert post(cara, talk, template=template.pk, values=VALUES).status_code == 404
    assert not talk.messages.from_us().exists()


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def page_of(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.once
def test_the_picker_lists_what_is_approved(as_ana, talk, template):
    page = page_of(as_ana, f"/conversations/{talk.pk}/templates/")
    assert "Order update" in page and "English (US)" in page
    assert "Welcome" not in page


@pytest.mark.once
def test_what_cannot_be_filled_in_is_listed_but_cannot_be_chosen(as_ana, talk, parrot, monkeypatch):
    picture = known("summer", {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Sun!"})
    monkeypatch.setattr(Parrot, "listed", [picture])
    Template.objects.sync(parrot)
    item = page_of(as_ana, f"/conversations/{talk.pk}/templates/").split('class="templates-item"')[1]
    assert "disabled" in item.partition(">")[0]
    assert "which Monty cannot fill in" in item


@pytest.mark.once
def test_without_templates_the_picker_says_where_they_come_from(as_ana, talk):
    assert "provider has approved no templates" in page_of(as_ana, f"/conversations/{talk.pk}/templates/")


@pytest.mark.once
def test_one_template_has_its_fields_and_a_preview(as_ana, talk, template):
    page = page_of(as_ana, f"/conversations/{talk.pk}/templates/{template.pk}/")
    assert 'name="value-body.1"' in page and 'placeholder="Nora"' in page
    assert '<span class="slot" data-slot="body.1" data-empty="{{1}}">{{1}}</span>' in page


@pytest.mark.once
def test_its_form_sends_it_once(as_ana, late, template):
    fields = {"template": template.pk, "value-body.1": "Nora", "client_id": str(uuid.uuid4())}
    for _twice in range(2):
        answer = as_ana.post(f"/conversations/{late.pk}/template/", fields, headers=BY_SCRIPT)
        assert answer.status_code == 204
    assert [each.text for each in late.messages.from_us()] == [WORDS]


@pytest.mark.once
def test_its_form_says_what_is_missing(as_ana, late, template):
    answer = as_ana.post(f"/conversations/{late.pk}/template/", {"template": template.pk}, headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["detail"]) == (400, "Fill in: Variable 1.")


@pytest.mark.once
def test_who_does_not_see_the_conversation_sees_no_picker(client, talk, template, cara):
    client.force_login(cara)
    assert client.get(f"/conversations/{talk.pk}/templates/").status_code == 404
    assert client.get(f"/conversations/{talk.pk}/templates/{template.pk}/").status_code == 404


@pytest.mark.once
def test_another_channels_template_is_not_in_the_picker(as_ana, template, sales):
    row = make.conversation(make.channel(Parrot.kind, sales))
    assert as_ana.get(f"/conversations/{row.pk}/templates/{template.pk}/").status_code == 404


@pytest.mark.once
def test_after_the_window_a_template_stands_in_the_composers_place(as_ana, late):
    obstacle = page_of(as_ana, f"/conversations/{late.pk}/").split('id="obstacle"')[1].partition("</p>")[0]
    assert "only approved templates may be sent" in obstacle
    assert "Choose a template" in obstacle


@pytest.mark.once
def test_inside_it_templates_are_one_press_away(as_ana, talk):
    page = page_of(as_ana, f"/conversations/{talk.pk}/")
    assert 'id="open-templates"' in page
    assert 'id="obstacle" hidden' in page


@pytest.mark.once
def test_a_channel_without_templates_offers_none(as_ana, conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    page = page_of(as_ana, f"/conversations/{conversation.pk}/")
    assert "open-templates" not in page
    assert "Choose a template" not in page


@pytest.mark.once
def test_an_ended_conversation_offers_none(as_ana, late, ana):
    late.close(by=ana)
    assert "Choose a template" not in page_of(as_ana, f"/conversations/{late.pk}/")


@pytest.mark.once
def test_a_list_of_forty_costs_as_many_queries_as_one_of_one(as_ana, talk, template, parrot, monkeypatch):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(as_ana, f"/conversations/{talk.pk}/templates/")
        return len(captured)

    few = queries()
    monkeypatch.setattr(Parrot, "listed", [known(f"template_{number}") for number in range(40)])
    Template.objects.sync(parrot)
    assert queries() == few
