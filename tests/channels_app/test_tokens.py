"""How long a token lives: asked, lengthened, and what follows when it has died."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from conversations import tasks
from tests import make

ASK = "https://graph.facebook.com/v26.0/debug_token"
ME = "https://graph.instagram.com/v26.0/me"
EXCHANGE = "https://graph.instagram.com/refresh_access_token"
MONTH = timedelta(days=30)


@pytest.fixture
def page(db) -> Channel:
    config = {"access_token": "EAA-1", "app_secret": "shh", "app_id": "4242"}
    return make.channel("facebook", external_id="104", config=config)


@pytest.fixture
def account(db) -> Channel:
    return make.channel("instagram", external_id="178", config={"access_token": "IGA-1"})


@pytest.fixture
def known(respx_mock):
    """The provider knows the page and the account."""
    respx_mock.get("https://graph.facebook.com/v26.0/me").respond(json={"id": "104", "name": "Shop"})
    respx_mock.get("https://graph.facebook.com/v26.0/104").respond(json={"id": "104", "name": "Shop"})
    respx_mock.get(ME).respond(json={"user_id": "178", "username": "shop"})
    return respx_mock


def stored(channel: Channel) -> Channel:
    return Channel.objects.get(pk=channel.pk)


def refused(channel: Channel) -> Refused:
    with pytest.raises(Refused) as caught:
        channel.look_after()
    return caught.value


def test_the_app_asks_until_when_a_page_s_token_is_good(page, known):
    asked = known.get(ASK).respond(json={"data": {"is_valid": True, "expires_at": 1900000000}})

    assert page.look_after() == "Shop"

    assert stored(page).token_expires_at == datetime(2030, 3, 17, 17, 46, 40, tzinfo=UTC)
    assert asked.calls.last.request.headers["Authorization"] == "Bearer 4242|shh"
    assert asked.calls.last.request.url.params["input_token"] == "EAA-1"


@pytest.mark.parametrize("ends", [0, None, "soon", -5, 10**15])
def test_a_token_without_an_end_has_none(page, known, ends):
    known.get(ASK).respond(json={"data": {"is_valid": True, "expires_at": ends}})

    page.look_after()

    assert stored(page).token_expires_at is None


def test_without_the_app_s_id_nobody_is_asked(page, known):
    page.configure(app_id="")

    page.look_after()

    assert stored(page).token_expires_at is None


def test_a_token_that_meta_calls_invalid_is_refused(page, known):
    known.get(ASK).respond(json={"data": {"is_valid": False, "expires_at": 0}})

    assert refused(page).verdict == Verdict.RECONNECT


def test_a_dead_token_cuts_the_channel_off_before_anybody_is_to_be_answered(account, respx_mock):
    respx_mock.get(ME).respond(400, json={"error": {"code": 190, "error_subcode": 463}})

    assert refused(account).verdict == Verdict.RECONNECT

    assert stored(account).suspended_at is not None


def test_a_provider_that_is_not_there_cuts_nothing_off(account, respx_mock):
    respx_mock.get(ME).respond(500)

    assert refused(account).verdict == Verdict.RETRY

    assert stored(account).suspended_at is None


def test_an_account_s_own_token_is_exchanged_for_one_that_lives_longer(account, known):
    asked = known.get(EXCHANGE).respond(json={"access_token": "IGA-2", "token_type": "bearer", "expires_in": 5184000})

    account.look_after()

    row = stored(account)
    assert row.secret("access_token") == "IGA-2"
    assert timedelta(days=59) < row.token_expires_at - timezone.now() <= timedelta(days=60)
    assert row.renewing_at is None
    assert dict(asked.calls.last.request.url.params) == {"grant_type": "ig_refresh_token", "access_token": "IGA-1"}


def test_one_with_more_than_half_its_life_left_is_not(account, known):
    Channel.objects.update(token_expires_at=timezone.now() + MONTH + timedelta(hours=1))

    stored(account).look_after()

    assert stored(account).secret("access_token") == "IGA-1"
    assert stored(account).token_expires_at is not None


def test_one_that_another_worker_exchanges_is_left_to_it(account, known):
    assert account.claim_renewal()

    account.look_after()

    assert stored(account).secret("access_token") == "IGA-1"


@pytest.mark.parametrize("answer", [{"error": {"code": 10}}, {}, {"access_token": 5, "expires_in": "long"}])
def test_a_refused_exchange_leaves_the_token_that_works(account, known, answer):
    known.get(EXCHANGE).respond(400 if "error" in answer else 200, json=answer)

    refused(account)

    row = stored(account)
    assert (row.secret("access_token"), row.suspended_at, row.renewing_at) == ("IGA-1", None, None)


def test_through_a_page_it_is_the_page_s_token_and_not_exchanged(account, known):
    account.configure(base_url="https://graph.facebook.com", app_id="4242", app_secret="shh")
    known.get("https://graph.facebook.com/v26.0/178").respond(json={"id": "178", "username": "shop"})
    known.get(ASK).respond(json={"data": {"is_valid": True, "expires_at": 0}})

    assert account.look_after() == "shop"


def test_a_new_token_is_not_said_to_end_when_the_old_one_did(account):
    Channel.objects.update(token_expires_at=timezone.now())

    account.configure(access_token="IGA-2")

    assert stored(account).token_expires_at is None


def test_every_channel_at_a_provider_is_looked_after_once_a_day(account, page, webchat, worker, known):
    page.suspend("Gone.")
    known.get(EXCHANGE).respond(json={"access_token": "IGA-2", "expires_in": 5184000})

    tasks.look_after_channels()

    assert stored(account).token_expires_at is not None
    assert stored(page).token_expires_at is None


def test_one_that_cannot_be_looked_after_stops_no_other(account, respx_mock, worker):
    respx_mock.get(ME).respond(500)

    tasks.look_after_channels()

    assert stored(account).suspended_at is None
