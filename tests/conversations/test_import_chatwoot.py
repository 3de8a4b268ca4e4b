"""Contacts and conversations as Chatwoot tells them: the sample of the docs, and its own CSV."""

from pathlib import Path

import pytest

from conversations.models import Alias, Contact, Conversation, Identity, Label
from teams import roles
from tests import make
from tests.importing import bring, carried_out, counts

SAMPLE = (Path(__file__).parents[2] / "docs" / "samples" / "chatwoot.json").read_text()


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


@pytest.fixture
def boss(db):
    person = make.teammate("boss")
    roles.give(person, "Admin")
    return person


def test_contacts_of_one_inbox_come_with_their_id_at_the_provider(page, boss):
    done = carried_out(bring(SAMPLE, page, boss, inbox=3))
    assert counts(done) == (1, 0, 0)
    identity = Identity.objects.get()
    assert (identity.external_id, identity.contact.name, identity.contact.country) == (
        *("6500111222333", "Nora Nilsen", "Norway"),
    )
    assert Alias.objects.get().external_id == "import:11"


def test_its_visitors_are_known_by_the_website_s_id(webchat, boss):
    carried_out(bring(SAMPLE, webchat, boss, inbox=4))
    assert Identity.objects.get().external_id == "user:user-17"


def test_conversations_follow_their_contacts(page, boss, ana):
    Label.objects.create(name="VIP")
    carried_out(bring(SAMPLE, page, boss, inbox=3))
    done = carried_out(bring(SAMPLE, page, boss, kind="history", inbox=3))
    assert counts(done) == (1, 0, 0)
    row = Conversation.objects.get()
    assert (row.identity.external_id, row.team, row.assignee) == ("6500111222333", page.team, None)
    assert done.left_out["teammate"] == ["ana@example.org"]
    assert [label.name for label in row.labels.all()] == ["VIP"]
    said = [(each.author_kind, each.author, each.private, each.external_id) for each in row.messages.order_by("at")]
    assert said == [
        ("contact", None, False, "m_abc"),
        ("teammate", ana, False, "m_def"),
        ("teammate", None, True, "chatwoot:9004"),
    ]
    assert row.messages.get(external_id="m_def").text == "On its way\nhttps://chat.example.org/parcel.png"


def test_whoever_came_with_a_conversation_gets_their_id_from_the_contacts(page, boss):
    carried_out(bring(SAMPLE, page, boss, kind="history", inbox=3))
    assert Identity.objects.get().external_id == "import:11"
    carried_out(bring(SAMPLE, page, boss, inbox=3))
    assert Identity.objects.get().external_id == "6500111222333"
    assert make.message(page, who="6500111222333").conversation.previous == Conversation.objects.get(import_key__gt="")
    assert Contact.objects.count() == 1


def test_its_export_of_contacts_is_taken_as_it_is(sales, boss):
    whatsapp = make.channel("whatsapp", sales)
    text = "id,name,email,phone_number\n11,Nora Nilsen,nora@example.org,+4722222222\n12,Omar Odeh,,\n"
    assert counts(carried_out(bring(text, whatsapp, boss))) == (2, 0, 0)
    assert set(Identity.objects.values_list("external_id", flat=True)) == {"4722222222", "import:12"}


def test_a_file_without_that_inbox_says_so(page, boss):
    broken = bring(SAMPLE, page, boss, kind="history", inbox=99)
    assert (broken.state, "Chatwoot inbox" in broken.problem) == ("broken", True)
