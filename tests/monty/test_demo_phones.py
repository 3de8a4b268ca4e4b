"""The demo's outside channels: connected to the simulated providers, whose customers call."""

import pytest
from django.core.management import call_command

from channels_app.models import Channel
from channels_app.simulator.models import Account
from monty.demo import cast, phones
from monty.management.commands.demo import Command
from teams.models import Teammate

pytestmark = pytest.mark.once


@pytest.fixture
def outside(db, settings) -> dict[str, Channel]:
    """The demo's channels by kind, without its history."""
    settings.DEMO = True
    switched_on = Command().switch_phones_on(cast.make_channels(cast.make_teams()))
    return {channel.kind: channel for channel in switched_on}


def test_they_are_connected_with_the_demo_s_secrets(outside, settings):
    assert set(outside) == {"facebook", "whatsapp", "instagram", "twitter"}
    for kind, channel in outside.items():
        assert channel.config["base_url"] == f"{settings.PUBLIC_URL}/demo/providers/{kind}"
        assert channel.secret("access_token")
        assert "monty-app-secret" not in str(channel.config)
    assert outside["facebook"].secret("app_secret") == "monty-app-secret"
    assert outside["instagram"].secret("verify_token") == "monty-verify"
    assert outside["twitter"].secret("consumer_secret") == "monty-consumer-secret"


def test_their_webhook_addresses_are_printed(outside, capsys):
    Command().explain(list(outside.values()))
    printed = capsys.readouterr().out
    for channel in outside.values():
        assert f"/webhooks/{channel.uuid}/" in printed


def test_one_connected_to_something_else_is_left_alone(outside):
    outside["facebook"].configure(base_url="https://graph.facebook.com", access_token="EAAreal")
    phones.switch_on(outside["facebook"])
    there = Channel.objects.get(kind="facebook")
    assert there.config["base_url"] == "https://graph.facebook.com"
    assert there.secret("access_token") == "EAAreal"


def test_when_monty_has_moved_they_find_the_simulator_again(outside, settings):
    Teammate.objects.create_user("somebody")
    settings.PUBLIC_URL = "http://127.0.0.1:8001"
    call_command("demo", "--first")
    assert Channel.objects.get(kind="facebook").config["base_url"].startswith("http://127.0.0.1:8001/demo/")


def test_the_standing_cast_is_there_once(outside):
    phones.switch_on(outside["whatsapp"])
    people = Account.objects.of(outside["whatsapp"]).people
    assert people.filter(cast=True).count() == 5
    # Somebody shows no number, and is known by the user name and the business-scoped id.
    assert people.filter(cast=True, phone="").exclude(username="").count() == 1


def test_callers_say_their_lines_through_the_simulator(outside):
    caller = phones.caller(outside["whatsapp"], ["Hello", "Are you there?"])
    assert caller.live().endswith("(WhatsApp): Hello")
    caller.live()
    assert caller.live() == ""
    assert [message.text for message in caller.person.messages.all()] == ["Hello", "Are you there?"]
