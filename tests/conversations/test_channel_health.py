"""How a channel is: what is measured, what is complained of, and who may look and act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels_app.models import Channel, Delivery, Forgery, Template
from channels_app.verdicts import Refused, Verdict
from conversations import health
from conversations.health import Numbers
from conversations.models import Attempt, Conversation, Message, Status
from conversations.sending import outbox
from monty.admin import address
from teams.models import Teammate
from tests import make
from tests.parrot import Parrot, known

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)
WELL = Numbers(NOW - MINUTE, (40, 38, 42, 41, 39), 0, None, 0, 0, None, 0, None, 0, 0)


def delivery(channel: Channel, at: datetime, number: int = 1, **fields: object) -> None:
    Delivery.objects.bulk_create(Delivery(channel=channel, body=b"{}", received_at=at, **fields) for _ in range(number))


def measured(channel: Channel) -> Numbers:
    return health.numbers(health.measured(Channel.objects.filter(pk=channel.pk), NOW).get())


# --- What is complained of: pure --------------------------------------------------------------------------------------


def complaints(found: Numbers = WELL, **fields: object) -> list[tuple[str, bool]]:
    channel = Channel(kind="facebook", **fields)
    return [(each.sentence, each.grave) for each in health.complaints(channel, found, NOW)]


def test_of_a_channel_that_is_well_nobody_complains():
    assert complaints() == []
    assert complaints(token_expires_at=NOW + timedelta(days=8), paused_until=NOW - MINUTE) == []


def test_one_that_is_cut_off_says_why_and_nothing_of_its_queue():
    found = replace(WELL, queued=7, oldest_queued=NOW - HOUR)
    assert complaints(found, suspended_at=NOW, suspended_because="The token has expired.") == [
        ("Nothing is sent until it is reconnected: The token has expired.", True)
    ]


def test_a_token_that_ends_within_a_week_is_told_and_one_that_has_ended_more_so():
    assert complaints(token_expires_at=NOW + timedelta(days=6)) == [("Its token expires Tue 10 Mar, 15:30.", False)]
    assert complaints(token_expires_at=NOW) == [("Its token expired Wed 4 Mar, 15:30.", True)]


def test_at_the_providers_limit_it_says_until_when():
    found = replace(WELL, queued=7, oldest_queued=NOW - HOUR)
    assert complaints(found, paused_until=NOW + MINUTE) == [
        ("The provider's limit is reached; sending goes on Wed 4 Mar, 15:31.", False)
    ]


def test_a_message_may_wait_for_a_while_and_no_longer():
    assert complaints(replace(WELL, queued=1, oldest_queued=NOW - 5 * MINUTE)) == []
    [(sentence, grave)] = complaints(replace(WELL, queued=1, oldest_queued=NOW - 12 * MINUTE))
    assert "12\xa0minutes" in sentence and grave


def test_a_delivery_is_read_within_a_minute():
    assert complaints(replace(WELL, unread=3, oldest_unread=NOW - MINUTE)) == []
    [(sentence, grave)] = complaints(replace(WELL, unread=3, oldest_unread=NOW - 4 * MINUTE))
    assert "4\xa0minutes" in sentence and grave


def test_what_could_not_be_read_is_counted():
    assert complaints(replace(WELL, unreadable=1)) == [("1 delivery could not be read in full.", False)]


def test_a_stranger_who_knocks_is_no_complaint_and_a_changed_secret_is():
    knocked = replace(WELL, forged=50, last_forged=NOW - 5 * MINUTE)
    assert complaints(knocked) == []
    [(sentence, grave)] = complaints(replace(knocked, last_inbound=NOW - HOUR))
    assert "has the secret changed?" in sentence and grave
    assert len(complaints(replace(knocked, last_inbound=None))) == 1
    assert complaints(replace(knocked, last_inbound=NOW - HOUR, forged=2)) == []


def test_it_is_silent_when_this_hour_of_the_week_is_never_so_quiet():
    [(sentence, grave)] = complaints(replace(WELL, hours=(0, 38, 42, 41, 39)))
    assert sentence == "Quieter than usual: 0 deliveries in the last hour, where about 40 are usual."
    assert grave


@pytest.mark.parametrize("hours", [(0, 4, 4, 4, 4), (0, 0, 0, 0, 90), (0, 0, 0, 0, 0), (5, 40, 40, 40, 40)])
def test_it_is_not_when_little_is_usual_or_something_came(hours):
    assert complaints(replace(WELL, hours=hours)) == []


def test_one_wild_week_does_not_count():
    assert replace(WELL, hours=(3, 5, 900, 4, 6)).usual == 5.5


def test_nothing_is_asked_of_a_channel_that_is_switched_off():
    assert complaints(replace(WELL, hours=(0, 40, 40, 40, 40)), active=False, suspended_at=NOW) == []


def test_the_gravest_comes_first():
    found = replace(WELL, unreadable=2, hours=(0, 40, 40, 40, 40))
    assert [grave for _sentence, grave in complaints(found, token_expires_at=NOW + HOUR)] == [True, False, False]


@given(st.tuples(*[st.integers(0, 10_000)] * 5))
def test_silence_needs_a_louder_past(hours):
    found = replace(WELL, hours=hours)
    if found.is_silent:
        assert found.arrived < found.usual
        assert found.usual >= health.SILENCE_FROM


# --- What is measured -------------------------------------------------------------------------------------------------


def test_deliveries_are_counted_by_the_hour_of_this_week_and_of_those_before(parrot, webchat):
    for week, number in enumerate((3, 10, 20, 30, 40)):
        delivery(parrot, NOW - week * WEEK - 10 * MINUTE, number, state="done")
        delivery(parrot, NOW - week * WEEK - 61 * MINUTE, 7, state="done")
    delivery(parrot, NOW - 5 * WEEK, 99, state="done")
    delivery(webchat, NOW - MINUTE, 5)
    found = measured(parrot)
    assert found.hours == (3, 10, 20, 30, 40)
    assert found.usual == 25
    assert found.last_inbound == NOW - 10 * MINUTE


def test_what_waits_and_what_failed_is_counted(parrot):
    delivery(parrot, NOW - 2 * MINUTE, 2)
    delivery(parrot, NOW - 9 * HOUR, 3, state="failed")
    found = measured(parrot)
    assert (found.unread, found.oldest_unread, found.unreadable) == (2, NOW - 2 * MINUTE, 3)


def test_wrong_signatures_are_those_since_yesterday(parrot):
    for age, number in ((0, 5), (1, 6), (2, 7)):
        at = NOW - timedelta(days=age)
        Forgery.objects.create(channel=parrot, day=at.date(), count=number, last_at=at)
    found = measured(parrot)
    assert (found.forged, found.last_forged) == (11, NOW)


def test_what_is_to_be_sent_and_what_was_refused_is_counted(parrot, ana):
    with time_machine.travel(NOW - 2 * HOUR, tick=False):
        row = make.conversation(parrot)
        first, second, third = [row.reply(text, by=ana).message for text in ("one", "two", "three")]
    Message.objects.filter(pk=first.pk).update(status=Status.FAILED, error="Hawk")
    for age, outcome in ((HOUR, Verdict.PERMANENT), (2 * HOUR, Verdict.RETRY), (25 * HOUR, Verdict.RETRY)):
        Attempt.objects.create(message=first, at=NOW - age, outcome=outcome.value)
    Attempt.objects.create(message=second, at=NOW, outcome="sent")
    found = measured(parrot)
    assert (found.queued, found.oldest_queued) == (2, second.at)
    assert (found.refused, found.undelivered) == (2, 1)
    assert third.at == second.at


def test_a_channel_of_which_nothing_is_known_has_nothing(webchat):
    assert measured(webchat) == Numbers(None, (0,) * 5, 0, None, 0, 0, None, 0, None, 0, 0)


def test_the_errors_of_the_last_day_come_by_code_the_most_frequent_first(parrot, ana):
    message = make.conversation(parrot).reply("Hello", by=ana).message
    for outcome, code, times in ((Verdict.RETRY, "131016", 3), (Verdict.PERMANENT, "132000", 1)):
        for _each in range(times):
            Attempt.objects.create(message=message, outcome=outcome.value, code=code, detail=f"Words of {code}")
    found = [(each["code"], each["number"], each["words"], str(each["meaning"])) for each in health.refusals(parrot)]
    assert found == [
        ("131016", 3, "Words of 131016", "tried again by itself"),
        ("132000", 1, "Words of 132000", "this message cannot be sent as it is"),
    ]


def test_every_verdict_has_words():
    assert set(health.VERDICTS) == set(Verdict)


@pytest.mark.postgresql
def test_however_much_is_stored_the_numbers_are_found_by_their_indexes(parrot, webchat, ana):
    now = timezone.now()
    for channel in (parrot, webchat):
        Delivery.objects.bulk_create(
            Delivery(channel=channel, body=b"{}", received_at=now - MINUTE * each, state="done")
            for each in range(20_000)
        )
    row = make.conversation(parrot)
    messages = Message.objects.bulk_create(
        Message(conversation=row, channel=parrot, author_kind="system", status=Status.SENT, at=now - MINUTE * each)
        for each in range(20_000)
    )
    Attempt.objects.bulk_create(Attempt(message=each, at=each.at, outcome="sent") for each in messages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = health.measured(Channel.objects.filter(pk=parrot.pk)).explain()
    for table in ("channels_app_delivery", "conversations_message", "conversations_attempt"):
        assert f"Seq Scan on {table}" not in plan, plan


# --- The admin --------------------------------------------------------------------------------------------------------


def url(channel: Channel, act: str = "") -> str:
    return address(Channel, "act", channel.pk, act) if act else address(Channel, "health", channel.pk)


@pytest.fixture
def rooted(db, client):
    client.force_login(Teammate.objects.create_superuser("root"))
    return client


def told(answer) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


@pytest.mark.once
def test_a_supervisor_sees_how_a_channel_is(supervisor, client, parrot):
    parrot.suspend("The token has expired.")
    page = client.get(url(parrot)).content.decode()
    assert "Nothing is sent until it is reconnected: The token has expired." in page
    row = client.get(address(Channel, "changelist")).content.decode()
    assert "health-grave" in row


@pytest.mark.once
def test_one_that_is_well_says_so(supervisor, client, parrot):
    assert "Well: nothing here needs you." in client.get(url(parrot)).content.decode()
    assert "health-well" in client.get(address(Channel, "changelist")).content.decode()


@pytest.mark.once
def test_an_agent_does_not(client, ana, parrot):
    client.force_login(ana)
    for answer in (client.get(url(parrot)), client.post(url(parrot, "test"))):
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


@pytest.mark.once
def test_staff_without_the_right_do_not(client, parrot):
    client.force_login(make.staff("clerk"))
    assert client.get(url(parrot)).status_code == 403
    assert client.post(url(parrot, "test")).status_code == 403


@pytest.mark.once
def test_of_a_channel_that_is_not_there_there_is_no_page(rooted, parrot):
    assert rooted.get(address(Channel, "health", 999_999)).status_code == 404
    assert rooted.post(address(Channel, "act", parrot.pk, "explode")).status_code == 404


@pytest.mark.once
def test_looking_presses_nothing(rooted, parrot):
    assert rooted.get(url(parrot, "test")).status_code == 405


@pytest.mark.once
def test_a_test_says_whose_account_it_is(supervisor, client, parrot):
    [sentence] = told(client.post(url(parrot, "test"), follow=True))
    assert sentence == "Parrot answers: address and token work, the account is “Polly”."
    assert not Message.objects.from_us().exists()


@pytest.mark.once
def test_or_why_it_does_not_work(supervisor, client, parrot, monkeypatch):
    monkeypatch.setattr(Parrot, "ill", True)
    assert told(client.post(url(parrot, "test"), follow=True)) == ["The token has expired."]


@pytest.mark.once
def test_it_sends_a_message_to_whoever_was_chosen_and_lets_them_wait_on(supervisor, client, parrot):
    row = make.conversation(parrot)
    [sentence] = told(client.post(url(parrot, "test"), {"conversation": row.pk}, follow=True))
    assert "is on its way" in sentence
    outbox.deliver(Conversation.objects.get(pk=row.pk))
    assert [each.text for each in Parrot.said] == ["This is a test message."]
    row.refresh_from_db()
    assert row.waiting_since is not None


@pytest.mark.once
def test_only_to_somebody_of_this_channel_who_wrote_within_a_day(supervisor, client, parrot, webchat):
    elsewhere, old = make.conversation(webchat), make.conversation(parrot)
    make.long_ago(old, timezone.now() - timedelta(hours=30))
    for row in (elsewhere, old):
        client.post(url(parrot, "test"), {"conversation": row.pk})
    assert not Message.objects.from_us().exists()


@pytest.mark.once
def test_reconnecting_lets_out_what_waits(rooted, parrot):
    parrot.suspend("The token has expired.")
    [sentence] = told(rooted.post(url(parrot, "reconnect"), follow=True))
    assert "is connected" in sentence
    parrot.refresh_from_db()
    assert parrot.suspended_at is None


@pytest.mark.once
def test_it_does_not_while_the_provider_refuses(rooted, parrot, monkeypatch):
    parrot.suspend("The token has expired.")
    monkeypatch.setattr(Parrot, "ill", True)
    assert told(rooted.post(url(parrot, "reconnect"), follow=True)) == ["The token has expired."]
    parrot.refresh_from_db()
    assert parrot.suspended_at is not None


@pytest.mark.once
def test_whoever_may_only_look_does_not_reconnect(supervisor, client, parrot):
    parrot.suspend("The token has expired.")
    assert "/reconnect/" not in client.get(url(parrot)).content.decode()
    assert client.post(url(parrot, "reconnect")).status_code == 403
    parrot.refresh_from_db()
    assert parrot.suspended_at is not None


@pytest.mark.once
def test_templates_are_synced_by_a_press(supervisor, client, parrot, monkeypatch):
    monkeypatch.setattr(Parrot, "listed", [known("a"), known("b")])
    assert told(client.post(url(parrot, "sync"), follow=True)) == ["2 templates."]
    assert Template.objects.count() == 2


@pytest.mark.once
def test_while_the_provider_is_asked_no_transaction_is_open(rooted, parrot, monkeypatch):
    depth = len(connection.savepoint_ids)
    seen = []
    monkeypatch.setattr(Parrot, "demand_health", lambda self: seen.append(len(connection.savepoint_ids)))
    rooted.post(url(parrot, "sync"))
    rooted.post(url(parrot, "test"))
    assert seen == [depth, depth]


@pytest.mark.once
def test_a_webchat_has_no_provider_to_be_asked(rooted, webchat):
    assert "Send a test" not in rooted.get(url(webchat)).content.decode()
    with pytest.raises(Refused):
        webchat.adapter.check()


@pytest.mark.once
def test_the_page_costs_the_same_with_much_as_with_little(rooted, parrot, ana):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert rooted.get(url(parrot)).status_code == 200
        return len(captured)

    row = make.conversation(parrot)
    queries()  # Fills the caches of content types.
    few = queries()
    delivery(parrot, timezone.now(), 50)
    for number in range(10):
        message = row.reply("Hello", by=ana).message
        Message.objects.filter(pk=message.pk).update(status=Status.FAILED, error=f"Error {number}")
        Attempt.objects.create(message=message, outcome="permanent", code=str(number))
        make.conversation(parrot)
    assert queries() == few
