"""A channel that is cut off, as those see it who work with it; and what else waits, in words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app import live
from channels_app.verdicts import Refused, Verdict
from conversations.models import Message
from conversations.sending import outbox
from monty.admin import page_of
from teams.models import Teammate
from tests import make
from tests.pigeon import Pigeon, texts


@pytest.fixture
def row(pigeon):
    return make.conversation(pigeon, who="nora")


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def rooted(db, client):
    client.force_login(Teammate.objects.create_superuser("root"))
    return client


def shown(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The banner -----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_agents_are_told_which_channel_and_why(as_ana, pigeon):
    pigeon.suspend("The access token has expired.")

    for address in ("/", "/inbox/refresh/"):
        page = shown(as_ana, address)
        assert f"<bdi>{pigeon.name}</bdi> is cut off: <bdi>The access token has expired.</bdi>" in page


@pytest.mark.once
def test_while_all_channels_carry_there_is_nothing_to_tell(as_ana, pigeon):
    assert "is cut off" not in shown(as_ana, "/")


@pytest.mark.once
def test_a_channel_that_is_not_used_any_more_disturbs_nobody(as_ana, pigeon):
    pigeon.suspend("The access token has expired.")
    pigeon.active = False
    pigeon.save()

    assert "is cut off" not in shown(as_ana, "/")


@pytest.mark.once
def test_whoever_may_mend_it_is_led_there(rooted, pigeon):
    pigeon.suspend("The access token has expired.")

    assert f'href="{page_of(pigeon)}"' in shown(rooted, "/")


@pytest.mark.once
def test_whoever_may_not_mend_it_is_not(as_ana, pigeon):
    pigeon.suspend("The access token has expired.")

    assert page_of(pigeon) not in shown(as_ana, "/")


@pytest.mark.once
def test_many_channels_that_are_cut_off_cost_no_query_more(as_ana, pigeon, django_assert_num_queries):
    pigeon.suspend("Gone.")
    with CaptureQueriesContext(connection) as counted:
        shown(as_ana, "/")
    for _ in range(5):
        make.channel("pigeon").suspend("Gone.")
    with django_assert_num_queries(len(counted)):
        shown(as_ana, "/")


def test_open_pages_hear_of_it_when_it_happens_and_when_it_is_over(pigeon, ears, django_capture_on_commit_callbacks):
    heard = ears.listen(live.EVERYBODY)

    for change in (lambda: pigeon.suspend("Gone."), pigeon.reconnect):
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert ears.heard(heard).pop() == {"hint": "channels"}


def test_cutting_off_what_is_cut_off_tells_nobody_again(pigeon, django_capture_on_commit_callbacks):
    pigeon.suspend("Gone.")

    with django_capture_on_commit_callbacks() as told:
        pigeon.suspend("Gone again.")

    assert told == []


# --- Mending it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(pigeon, row, ana) -> Message:
    """An answer that met a dead token."""
    message = row.reply("One", by=ana).message
    Pigeon.troubles.append(Refused(Verdict.RECONNECT, "The access token has expired."))
    outbox.deliver(row)
    pigeon.refresh_from_db()
    return message


def save(client, channel):
    return client.post(page_of(channel), {"name": channel.name, "active": "on", "tells_reading": "on"}, follow=True)


@pytest.mark.once
def test_saving_a_channel_that_is_mended_connects_it_and_lets_out_what_waits(
    rooted, pigeon, waiting, worker, django_capture_on_commit_callbacks
):
    Message.objects.filter(pk=waiting.pk).update(at=timezone.now() - timedelta(seconds=5))

    with django_capture_on_commit_callbacks(execute=True):
        page = save(rooted, pigeon).content.decode()

    assert "Connected again" in page
    assert texts() == ["One"]


@pytest.mark.once
def test_saving_one_that_is_still_not_known_says_so_and_leaves_it_cut_off(rooted, pigeon, waiting):
    Pigeon.troubles.append(Refused(Verdict.RECONNECT, "This token is wrong, too."))

    page = save(rooted, pigeon).content.decode()

    pigeon.refresh_from_db()
    assert "Still cut off: This token is wrong, too." in page
    assert pigeon.suspended_at is not None


@pytest.mark.once
def test_saving_one_that_carries_asks_its_provider_nothing(rooted, pigeon):
    Pigeon.troubles.append(Refused(Verdict.RECONNECT, "Nobody asked."))

    save(rooted, pigeon)

    assert len(Pigeon.troubles) == 1


# --- What waits, in words -------------------------------------------------------------------------------------------


@pytest.mark.once
def test_what_waits_for_a_channel_says_so(as_ana, row, waiting):
    page = shown(as_ana, f"/conversations/{row.pk}/")

    assert "Waits until the channel is connected again: The access token has expired." in page


@pytest.mark.once
@pytest.mark.parametrize("of_recipient", [True, False])
def test_what_waits_for_a_limit_says_until_when(as_ana, row, ana, of_recipient, settings):
    row.reply("One", by=ana)
    wait = timedelta(minutes=5)
    Pigeon.troubles.append(Refused(Verdict.WAIT, "Slow down.", wait=wait, of_recipient=of_recipient))
    outbox.deliver(row)

    page = shown(as_ana, f"/conversations/{row.pk}/")

    assert "Waits until" in page
    assert ": Slow down." in page


@pytest.mark.once
def test_what_only_waits_its_turn_is_queued(as_ana, row, ana):
    row.reply("One", by=ana)

    page = shown(as_ana, f"/conversations/{row.pk}/")

    assert "Queued" in page
    assert "Waits until" not in page
