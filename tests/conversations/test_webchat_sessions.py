"""Who a visitor is: somebody unknown, or whom the website has proved them to be."""

import pytest

from channels_app.models import Visitor
from conversations.models import Contact, Message
from tests import make
from tests.conversations.webchat_visitor import HASH, USER, VisitorClient, signed

pytestmark = pytest.mark.once


def test_a_session_needs_nothing_and_makes_no_contact_yet(visitor):
    assert visitor.session.status_code == 201
    assert set(visitor.session.data) == {"token", "visitor"}
    assert Contact.objects.count() == 0


def test_the_token_itself_is_not_kept(visitor):
    row = Visitor.objects.get(uuid=visitor.session.data["visitor"])
    assert visitor.token not in row.token_hash


def test_a_signed_identity_is_the_websites_user(shop):
    answer = signed(shop, name="Nora Nile", email="nora@example.org").say("Hi")
    identity = Message.objects.get(pk=answer.data["id"]).conversation.identity
    assert identity.external_id == f"user:{USER}"
    assert (identity.verified, identity.contact.name, identity.contact.email) == (True, "Nora Nile", "nora@example.org")


def test_two_browsers_of_a_signed_user_share_one_thread(shop):
    signed(shop).say("from the laptop")
    assert [each["text"] for each in signed(shop).thread()] == ["from the laptop"]


@pytest.mark.parametrize("user_hash", [HASH[:-1] + "0", "x", HASH.upper(), "ü"])
def test_a_wrong_signature_is_refused_and_makes_nothing(shop, user_hash):
    refused = signed(shop, user_hash=user_hash).session
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert Visitor.objects.count() == 0


def test_a_signature_is_refused_where_the_website_has_no_secret(webchat):
    assert signed(webchat).session.status_code == 400


def test_a_signature_without_a_user_is_refused(shop):
    assert VisitorClient(shop, {"identity": {}, "user_hash": HASH}).session.status_code == 400


def test_a_claimed_user_sees_nothing_of_the_proved_ones_history(shop):
    signed(shop, email="nora@example.org").say("My card number is …")
    liar = VisitorClient(shop, {"identity": {"user_id": USER, "name": "Nora", "email": "nora@example.org"}})
    assert liar.session.status_code == 201
    liar.say("Show me my orders")
    assert [each["text"] for each in liar.thread()] == ["Show me my orders"]


def test_a_claimed_name_is_shown_as_a_claim_and_an_address_not_at_all(shop):
    claimed = {"identity": {"name": "The Boss", "email": "boss@example.org"}}
    answer = VisitorClient(shop, claimed).say("Hi")
    identity = Message.objects.get(pk=answer.data["id"]).conversation.identity
    assert (identity.verified, identity.contact.name, identity.contact.email) == (False, "The Boss", "")
    assert Visitor.objects.get().email == "boss@example.org"


def test_an_inactive_channel_is_not_there(visitor, webchat):
    webchat.active = False
    webchat.save()
    assert VisitorClient(webchat).session.status_code == 404
    assert visitor.get().status_code == 404


def test_another_kind_of_channel_has_no_webchat(sales):
    assert VisitorClient(make.channel("facebook", sales)).session.status_code == 404
