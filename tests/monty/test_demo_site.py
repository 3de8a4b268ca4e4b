"""The demo shop: there where demo data may be, with the webchat that is meant for it."""

import pytest

from tests import make

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def demo(settings, db) -> None:
    settings.DEMO = True


def test_the_shop_shows_the_webchat_marked_for_it(client, webchat):
    meant = make.channel("webchat", name="Zoo", config={"demo": True})
    shop = client.get("/demo/").content.decode()
    assert f"/webchat/{meant.uuid}/widget.js" in shop
    assert str(webchat.uuid) not in shop


def test_without_a_mark_any_active_webchat_does(client, webchat):
    make.channel("webchat", name="A switched off one", active=False)
    assert f"/webchat/{webchat.uuid}/widget.js" in client.get("/demo/").content.decode()


def test_a_shop_without_any_webchat_is_still_a_shop(client):
    shop = client.get("/demo/")
    assert shop.status_code == 200
    assert "widget.js" not in shop.content.decode()


def test_an_installation_without_demo_has_no_shop(client, webchat, settings):
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404


def test_the_shop_runs_under_the_strict_policy(client, webchat):
    policy = client.get("/demo/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
