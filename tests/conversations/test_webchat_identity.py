"""Proved by a token, changed while it is used, demanded by the channel, ended by the visitor."""

from datetime import timedelta

import jwt
import pytest
from django.utils import timezone

from channels_app.models import Visitor
from conversations.models import Contact, Message
from tests import make
from tests.conversations.webchat_visitor import SECRET, USER, VisitorClient, signed

pytestmark = pytest.mark.once


def token(secret: str = SECRET, *, lasts: timedelta = timedelta(minutes=5), **claims: str) -> str:
    return jwt.encode({"sub": USER, "exp": timezone.now() + lasts} | claims, secret, "HS256")


def proved(shop, raw: str = "", **body) -> VisitorClient:
    return VisitorClient(shop, {"jwt": raw or token(email="nora@example.org", name="Nora Nile")} | body)


# --- By a token ------------------------------------------------------------------------------------------------------


def test_a_token_is_the_websites_user(shop):
    answer = proved(shop).say("Hi")
    identity = Message.objects.get(pk=answer.data["id"]).conversation.identity

    assert identity.external_id == f"user:{USER}"
    assert (identity.verified, identity.contact.name, identity.contact.email) == (True, "Nora Nile", "nora@example.org")


def test_token_and_hash_lead_to_the_same_thread(shop):
    signed(shop).say("by hash")
    assert [each["text"] for each in proved(shop).thread()] == ["by hash"]


def test_what_stands_beside_a_token_counts_for_nothing(shop):
    visitor = proved(shop, identity={"user_id": "the-boss", "email": "boss@example.org"})
    visitor.say("Hi")

    assert Visitor.objects.get().user_id == USER
    assert Contact.objects.get().email == "nora@example.org"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (lambda: token("somebody-elses"), "does not prove"),
        (lambda: token(lasts=timedelta(minutes=-2)), "has expired"),
        (lambda: token(lasts=timedelta(days=2)), "longer than a day"),
        (lambda: "nonsense", "does not prove"),
    ],
)
def test_a_token_that_proves_nothing_is_refused_and_makes_nothing(shop, raw, word):
    refused = proved(shop, raw()).session

    assert (refused.status_code, list(refused.data["errors"])) == (400, ["jwt"])
    assert word in refused.data["detail"]
    assert Visitor.objects.count() == 0


def test_while_the_secret_changes_the_old_one_counts_and_then_no_more(shop):
    shop.configure(identity_secret="the-new-one", identity_secret_old=SECRET, accept_old_secret=True)
    assert proved(shop).session.status_code == 201
    assert proved(shop, token("the-new-one")).session.status_code == 201

    shop.configure(accept_old_secret=False)
    assert proved(shop).session.status_code == 400
    assert proved(shop, token("the-new-one")).session.status_code == 201


# --- A token of ours changes with who it is --------------------------------------------------------------------------


def test_whoever_is_proved_gets_a_new_session_and_the_old_one_is_worth_nothing(shop):
    visitor = VisitorClient(shop)
    before = VisitorClient.again(visitor)
    answer = visitor.post("sessions/", {"jwt": token()})

    assert answer.status_code == 201
    assert answer.data["token"] != before.token
    assert before.get().status_code == 401


def test_a_refused_proof_leaves_the_session_as_it_was(shop):
    visitor = VisitorClient(shop)
    assert visitor.post("sessions/", {"jwt": "nonsense"}).status_code == 400
    assert visitor.get().status_code == 200


def test_an_ended_session_is_worth_nothing(shop):
    visitor, other = VisitorClient(shop), VisitorClient(shop)
    assert visitor.http.delete(visitor.url("sessions/")).status_code == 204
    assert visitor.get().status_code == 401
    assert other.get().status_code == 200


def test_a_session_is_ended_only_on_its_own_channel(shop, sales):
    visitor = VisitorClient(shop)
    other = VisitorClient(make.channel("webchat", sales))
    other.http.credentials(HTTP_AUTHORIZATION=f"Visitor {visitor.token}")
    other.http.delete(other.url("sessions/"))

    assert visitor.get().status_code == 200


def test_nothing_that_a_visitor_said_unproved_becomes_the_users(shop):
    """Whoever sits at a shared computer may have said it."""
    visitor = VisitorClient(shop, {"identity": {"email": "nora@example.org"}})
    visitor.say("said by somebody")
    proved(shop).say("said by Nora")

    assert [each["text"] for each in proved(shop).thread()] == ["said by Nora"]
    assert [each["text"] for each in visitor.thread()] == ["said by somebody"]


# --- Only for those who are proved -----------------------------------------------------------------------------------


@pytest.fixture
def strict(shop):
    shop.configure(identity_required=True)
    return shop


def test_a_channel_may_be_only_for_proved_users(strict):
    assert proved(strict).say("Hi").status_code == 201
    assert signed(strict).say("Hi").status_code == 201


@pytest.mark.parametrize("body", [{}, {"identity": {"user_id": USER}}, {"user_hash": "", "jwt": ""}])
def test_anybody_else_is_refused_in_words(strict, body):
    refused = VisitorClient(strict, body).session

    assert (refused.status_code, refused.data["code"]) == (403, "permission_denied")
    assert "log in" in refused.data["detail"]
    assert Visitor.objects.count() == 0


def test_whoever_was_in_unproved_is_out_when_the_switch_is_thrown(shop):
    visitor, user = VisitorClient(shop), signed(shop)
    shop.configure(identity_required=True)

    assert visitor.get().status_code == 401
    assert user.get().status_code == 200
