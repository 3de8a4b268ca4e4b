"""Channels in the admin: the adapter's own settings as fields, and secrets that are never shown again."""

from datetime import timedelta

import pytest
from django.test import Client

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from monty.admin import address, page_of
from teams.models import Teammate
from tests import make

pytestmark = pytest.mark.once

SECRET = "a-secret-nobody-reads"


@pytest.fixture
def rooted(db, client: Client) -> Client:
    client.force_login(Teammate.objects.create_superuser("root"))
    return client


@pytest.fixture
def shop(webchat: Channel) -> Channel:
    webchat.config = {"identity_secret": SECRET, "greeting": "Hello", "origins": ["https://shop.example"], "demo": True}
    webchat.save()
    return webchat


def save(client: Client, channel: Channel, **fields: object) -> Channel:
    shown = {"name": channel.name, "active": "on", "config-greeting": "Hello", "config-origins": "https://shop.example"}
    answer = client.post(
        page_of(channel), shown | {name.replace("config_", "config-"): v for name, v in fields.items()}
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    channel.refresh_from_db()
    return channel


def errors(client: Client, channel: Channel, **fields: object) -> dict[str, list[str]]:
    shown = {"name": channel.name, "active": "on"}
    answer = client.post(
        page_of(channel), shown | {name.replace("config_", "config-"): v for name, v in fields.items()}
    )
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


@pytest.mark.parametrize("kind", ADAPTERS)
def test_a_channel_of_every_kind_is_made_and_then_given_its_settings(rooted, kind) -> None:
    answer = rooted.post(address(Channel, "add"), {"kind": kind, "name": "New"}, follow=True)
    channel = Channel.objects.get()
    assert (channel.kind, channel.name) == (kind, "New")
    assert answer.redirect_chain[-1][0] == page_of(channel)
    fields = answer.context["adminform"].form.fields
    assert {f"config-{name}" for name in ADAPTERS[kind].Config.base_fields} <= set(fields)


def test_a_kind_that_nobody_knows_is_refused(rooted) -> None:
    rooted.post(address(Channel, "add"), {"kind": "pigeon", "name": "New"})
    assert not Channel.objects.exists()


def test_the_secret_is_on_no_page(rooted, shop) -> None:
    for page in (page_of(shop), address(Channel, "changelist"), address(Channel, "history", shop.pk)):
        assert SECRET not in rooted.get(page).content.decode()


def test_the_secret_is_on_no_page_of_who_may_only_look(client, shop) -> None:
    client.force_login(make.staff("vera", "channels_app.view_channel"))
    answer = client.get(page_of(shop))
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


def test_a_secret_left_empty_stays(rooted, shop) -> None:
    before = shop.config["identity_secret"]
    assert save(rooted, shop, config_greeting="Welcome", config_identity_secret="").config == {
        "identity_secret": before,
        "greeting": "Welcome",
        "origins": ["https://shop.example"],
        "demo": True,
        "accept_old_secret": False,
        "identity_required": False,
        "answers_within": "",
        "ask_name": "",
        "ask_email": "",
        "ask_phone": "",
        "ask_also": [],
    }
    assert shop.secret("identity_secret") == SECRET


def test_a_secret_typed_anew_replaces_the_old(rooted, shop) -> None:
    save(rooted, shop, config_identity_secret="another")
    assert shop.secret("identity_secret") == "another"
    assert "another" not in str(shop.config)
    assert "another" not in rooted.get(address(Channel, "history", shop.pk)).content.decode()


def test_what_changed_while_the_form_was_open_stays(rooted, shop) -> None:
    shop.configure(demo=False)
    assert save(rooted, shop, config_greeting="Welcome").config["demo"] is False


def test_the_adapter_s_own_rules_are_asked(rooted, shop) -> None:
    found = errors(rooted, shop, config_origins="not an origin")
    assert found["config-origins"] == ["“not” is not an origin."]
    shop.refresh_from_db()
    assert shop.config["origins"] == ["https://shop.example"]


def test_a_list_is_shown_one_a_line(rooted, shop) -> None:
    shop.config["origins"].append("https://*.example.org")
    shop.save()
    assert "https://shop.example\nhttps://*.example.org" in rooted.get(page_of(shop)).content.decode()


def test_the_window_is_typed_in_hours(rooted, shop) -> None:
    assert save(rooted, shop, window="12").window == timedelta(hours=12)
    assert save(rooted, shop, window="").window is None


def test_a_window_of_no_time_is_refused(rooted, shop) -> None:
    assert "window" in errors(rooted, shop, window="0")


def test_the_kind_stays(rooted, shop) -> None:
    assert save(rooted, shop, kind="twitter").kind == "webchat"


def test_one_account_belongs_to_one_channel(rooted, shop) -> None:
    make.channel("webchat", external_id="site-1")
    assert errors(rooted, shop, external_id="site-1")["external_id"] == [
        "Another channel is connected to this account."
    ]


def test_a_webchat_shows_the_tag_for_the_website(rooted, shop, settings) -> None:
    page = rooted.get(page_of(shop)).content.decode()
    assert f"&lt;script src=&quot;{settings.PUBLIC_URL}/webchat/{shop.uuid}/widget.js&quot; async&gt;" in page


def test_another_kind_shows_the_address_for_its_webhook(rooted, settings) -> None:
    channel = make.channel("facebook")
    assert f"{settings.PUBLIC_URL}/webhooks/{channel.uuid}/" in rooted.get(page_of(channel)).content.decode()


def test_a_channel_with_conversations_is_not_deleted(rooted, conversation) -> None:
    rooted.post(address(Channel, "delete", conversation.channel_id), {"post": "yes"})
    assert Channel.objects.filter(pk=conversation.channel_id).exists()
