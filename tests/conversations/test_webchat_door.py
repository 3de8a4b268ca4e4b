"""Who may use a webchat: whose token, which website, how often."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests import make
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once

# --- Whose token -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["", "Visitor", "Visitor ", "Visitor nonsense", "Token x", "Bearer x", "Visitor \xff"]
)
def test_without_a_visitors_token_there_is_nothing(visitor, header):
    visitor.say("private")
    visitor.http.credentials(HTTP_AUTHORIZATION=header)
    for answer in (visitor.get(), visitor.say("as somebody"), visitor.post("receipts/", {"read": 1})):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Visitor")


def test_another_visitor_sees_nothing_of_mine(visitor, webchat):
    visitor.say("private")
    assert VisitorClient(webchat).thread() == []


def test_a_token_is_good_for_its_own_channel_only(visitor, sales):
    other = make.channel("webchat", sales)
    assert visitor.http.get(f"/webchat/{other.uuid}/messages/").status_code == 401


def test_a_log_in_cookie_is_no_visitor(webchat, ana):
    client = APIClient()
    client.force_login(ana)
    assert client.get(f"/webchat/{webchat.uuid}/messages/").status_code == 401


# --- Which website ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://shop.example.org", "https://SHOP.example.org", "https://a.example.net"])
def test_a_listed_website_may(shop, origin):
    answer = VisitorClient(shop, origin=origin).get()
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://shop.example.org", "https://example.net", "null", "http://[", "a://b\xff"],
)
def test_any_other_website_may_not(shop, origin):
    refused = VisitorClient(shop, origin=origin).session
    assert (refused.status_code, refused.data["code"]) == (403, "permission_denied")
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_montys_own_page_and_programs_always_may(shop):
    assert VisitorClient(shop, origin="http://testserver").get().status_code == 200
    assert VisitorClient(shop).get().status_code == 200


def test_without_a_list_any_website_may(webchat):
    answer = VisitorClient(webchat, origin="https://anything.example").get()
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_a_preflight_is_answered_without_a_token(shop):
    def ask(origin: str):
        return APIClient().options(f"/webchat/{shop.uuid}/messages/", HTTP_ORIGIN=origin)

    answer = ask("https://shop.example.org")
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert ask("https://evil.example").status_code == 403


def test_a_refusal_can_be_read_by_the_website_that_may_ask(shop):
    visitor = VisitorClient(shop, origin="https://shop.example.org")
    assert visitor.post("messages/", {}).headers["Access-Control-Allow-Origin"] == "https://shop.example.org"


def test_only_listed_websites_may_frame_the_page(shop, client):
    page = client.get(f"/webchat/{shop.uuid}/")
    assert "frame-ancestors 'self' https://shop.example.org https://*.example.net" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page


def test_without_a_list_any_website_may_frame_the_page(webchat, client):
    assert "frame-ancestors *" in client.get(f"/webchat/{webchat.uuid}/")["Content-Security-Policy"]


def test_the_loader_names_its_own_channel_and_nothing_can_break_out_of_it(webchat, client):
    webchat.name = "</script>'\"\\ \u2028 chat"
    webchat.save()
    script = client.get(f"/webchat/{webchat.uuid}/widget.js")
    assert script["Content-Type"] == "text/javascript; charset=utf-8"
    assert "</script>'" not in script.text
    assert "\u2028" not in script.text
    assert json.dumps(f"http://testserver/webchat/{webchat.uuid}/")[1:-1].replace("-", "\\u002D") in script.text


# --- How often -------------------------------------------------------------------------------------------------------


def test_an_address_begins_only_so_many_sessions(webchat, limit):
    limit(session="2/min")
    answers = [VisitorClient(webchat).session for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_visitor_writes_only_so_often_and_another_still_may(visitor, webchat, limit):
    limit(visitor="2/min")
    assert [visitor.say("x").status_code for _ in range(3)] == [201, 201, 429]
    assert VisitorClient(webchat).say("x").status_code == 201
    assert visitor.get().status_code == 200


def test_a_channel_takes_only_so_much_and_another_still_does(visitor, webchat, sales, limit):
    limit(channel="3/min")
    assert [visitor.say("x").status_code for _ in range(3)] == [201, 201, 429]
    assert VisitorClient(make.channel("webchat", sales)).session.status_code == 201


def test_one_flood_does_not_use_up_the_channel(webchat, limit):
    limit(session="1/min", channel="2/min")
    for _ in range(5):
        VisitorClient(webchat)
    assert VisitorClient(webchat, address="192.0.2.7").session.status_code == 201


def test_the_limit_begins_anew_with_the_next_minute(visitor, limit, time_machine):
    limit(visitor="1/min")
    assert [visitor.say("x").status_code for _ in range(2)] == [201, 429]
    time_machine.move_to(timezone.now() + timedelta(seconds=60))
    assert visitor.say("x").status_code == 201
