"""From a delivery to facts in their channels: none is lost for another, and what broke is read again."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.models import Channel, Delivery, Forgery, Remark
from channels_app.models.delivery import MOST_TRIES
from conversations import tasks
from conversations.incoming import ingest, intake
from conversations.models import Conversation, EarlyReceipt, Message
from teams.models import keeping
from tests import make
from tests.herald import Herald, said

pytestmark = pytest.mark.django_db
PAST = timezone.now() - timedelta(hours=1)
FAILED = {"state": "failed", "received_at": PAST}


def hello(number: int = 1, **fields) -> dict:
    return said("Inbound", **({"external_id": f"m.{number}", "who": "nora", "text": f"Hello {number}"} | fields))


def delivered(channel: Channel, *items, body: bytes | None = None, **fields) -> Delivery:
    return Delivery.objects.create(channel=channel, body=json.dumps(items).encode() if body is None else body, **fields)


def read(row: Delivery) -> Delivery:
    ingest.read(row.pk)
    row.refresh_from_db()
    return row


def texts() -> list[str]:
    return [message.text for message in Message.objects.order_by("pk")]


# --- One delivery -------------------------------------------------------------------------------------------------


def test_its_facts_are_taken_in(herald):
    row = read(delivered(herald, hello(1), hello(2)))

    assert texts() == ["Hello 1", "Hello 2"]
    assert (row.state, row.error, row.tries) == ("done", "", 1)


def test_by_the_providers_clock_whatever_the_order(herald):
    read(delivered(herald, *(hello(number, at=PAST + timedelta(seconds=number)) for number in (3, 1, 2))))

    assert texts() == ["Hello 1", "Hello 2", "Hello 3"]


def test_read_twice_it_says_the_same(herald):
    for _ in range(2):
        read(delivered(herald, hello(1), hello(1)))

    assert texts() == ["Hello 1"]
    assert Conversation.objects.get().unread == 1


def test_what_is_not_json_is_kept_for_a_person(herald):
    row = read(delivered(herald, body=b"{oops"))

    assert (row.state, row.error, bytes(row.body)) == ("failed", "This is not JSON.", b"{oops")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b"", b"1" * 5000])
def test_so_is_what_only_looks_like_it(herald, body):
    assert read(delivered(herald, body=body)).state == "failed"


def test_what_the_adapter_cannot_parse_waits_for_a_better_one(herald):
    row = read(delivered(herald, body=b'"trip"'))

    assert (row.state, row.error) == ("failed", "It could not be parsed; the log says more.")


def test_a_riddle_keeps_nothing_else_back(herald):
    row = read(delivered(herald, hello(1), {"riddle": 1}, hello(2)))

    assert texts() == ["Hello 1", "Hello 2"]
    assert (row.state, row.error) == ("failed", "The herald spoke in riddles.")


def test_one_that_breaks_keeps_nothing_else_back(herald, monkeypatch):
    """All go in together; what breaks is halved down to the one that broke it."""
    receive_all = intake.receive_all

    def breaks_at_7(channel, inbounds):
        if any(each.text == "Hello 7" for each in inbounds):
            raise ValueError("seven")
        return receive_all(channel, inbounds)

    monkeypatch.setattr(intake, "receive_all", breaks_at_7)
    row = read(delivered(herald, *(hello(number, at=PAST + timedelta(seconds=number)) for number in range(10))))

    assert texts() == [f"Hello {number}" for number in range(10) if number != 7]
    assert (row.state, row.error) == ("failed", "Inbound m.7: ValueError: seven")


def test_what_no_database_keeps_is_left_out_not_the_message(herald):
    details = {"form": {"name": "a\0b", "answers": {"\ud800": ["\0"]}}}
    row = read(delivered(herald, hello(1, text="a\0b\ud800", details=details, raw={"\0": "\udfff"})))

    message = Message.objects.get()
    assert (row.state, message.text) == ("done", "ab")
    assert message.details == {"form": {"name": "ab", "answers": {"": [""]}}}
    assert message.raw == {"": ""}


def test_a_number_that_is_none_is_nothing(herald):
    body = json.dumps([hello(1, raw={"score": float("nan")})]).encode()

    assert read(delivered(herald, body=body)).state == "done"
    assert Message.objects.get().raw == {"score": None}


# --- Whose it is --------------------------------------------------------------------------------------------------


def test_an_account_of_another_channel_with_the_same_secret_goes_there(herald):
    other = make.channel(Herald.kind, external_id="tower", config=herald.config)

    read(delivered(herald, hello(1, account="castle"), hello(2, account="tower"), hello(3)))

    assert list(Message.objects.filter(channel=other).values_list("text", flat=True)) == ["Hello 2"]
    assert Message.objects.filter(channel=herald).count() == 2


@pytest.mark.parametrize(
    "stranger",
    [
        {"external_id": "hut"},
        {"external_id": "tower", "config": {"app_secret": "another"}},
        {"external_id": "tower", "active": False},
    ],
    ids=["nobody", "another secret", "switched off"],
)
def test_an_account_that_is_nobodys_waits_until_somebody_connects_it(herald, stranger):
    make.channel(Herald.kind, **({"config": herald.config} | stranger))
    row = read(delivered(herald, hello(1, account="tower"), hello(2)))

    assert texts() == ["Hello 2"]
    assert (row.state, row.error) == ("failed", "No channel is connected to the account tower.")

    Channel.objects.exclude(pk=herald.pk).update(external_id="tower", config=herald.config, active=True)
    Delivery.objects.update(received_at=PAST, claimed_at=PAST)
    tasks.read_missed()

    row.refresh_from_db()
    assert row.state == "done"
    assert texts() == ["Hello 2", "Hello 1"]


# --- Nothing is lost ----------------------------------------------------------------------------------------------


def test_of_two_workers_one_reads_it(herald):
    row = delivered(herald, hello(1))
    assert Delivery.objects.claim(row.pk) is not None

    assert read(row).state == "new"
    assert texts() == []


def test_the_sweep_finds_what_no_task_came_for(herald):
    delivered(herald, hello(1), received_at=PAST)

    tasks.read_missed()

    assert texts() == ["Hello 1"]


def test_what_has_just_come_is_left_to_its_task(herald):
    delivered(herald, hello(1))

    tasks.read_missed()

    assert texts() == []


def test_another_worker_reads_what_a_dead_one_held(herald):
    row = delivered(herald, hello(1), claimed_at=timezone.now() - timedelta(seconds=61), tries=1)

    tasks.read_missed()

    row.refresh_from_db()
    assert (row.state, row.tries) == ("done", 2)


def test_a_worker_that_took_too_long_says_nothing_of_what_another_has(herald):
    row = delivered(herald, hello(1))
    mine = Delivery.objects.claim(row.pk)
    Delivery.objects.filter(pk=row.pk).update(claimed_at=PAST)
    assert Delivery.objects.claim(row.pk) is not None

    mine.settle(["It broke."])

    row.refresh_from_db()
    assert (row.state, row.error) == ("new", "")


def test_a_database_that_is_away_is_no_fault_of_the_delivery(herald, monkeypatch):
    def away(*_args) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(intake, "receive_all", away)
    row = delivered(herald, hello(1))

    with pytest.raises(OperationalError):
        ingest.read(row.pk)

    row.refresh_from_db()
    assert row.state == "new"


@pytest.mark.parametrize(("tries", "minutes"), [(1, 4), (2, 16), (7, 4**7)])
def test_what_failed_is_read_again_later_and_later(herald, tries, minutes):
    now = timezone.now()
    early = delivered(herald, hello(1), tries=tries, claimed_at=now - timedelta(minutes=minutes - 1), **FAILED)
    due = delivered(herald, hello(2), tries=tries, claimed_at=now - timedelta(minutes=minutes + 1), **FAILED)

    tasks.read_missed()

    early.refresh_from_db()
    due.refresh_from_db()
    assert (early.state, due.state) == ("failed", "done")


def test_but_not_for_ever(herald):
    row = delivered(herald, hello(1), tries=MOST_TRIES, claimed_at=PAST - timedelta(days=29), **FAILED)

    tasks.read_missed()

    row.refresh_from_db()
    assert row.state == "failed"


def test_what_kills_every_worker_is_given_up(herald):
    row = delivered(herald, hello(1), tries=MOST_TRIES, claimed_at=PAST)

    tasks.read_missed()

    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "Reading broke off every time.")


def test_it_is_forgotten_after_a_month_and_not_before(herald, settings):
    old = timezone.now() - settings.DELIVERIES_KEPT - timedelta(hours=1)
    delivered(herald, received_at=old, state="done")
    kept = delivered(herald, received_at=old + timedelta(hours=2), state="done")
    Forgery.objects.create(channel=herald, day=old.date(), last_at=old)
    Remark.objects.create(channel=herald, delivery=1, topic="quality", at=old)
    EarlyReceipt.objects.create(channel=herald, external_id="x", status="read", at=old)
    EarlyReceipt.objects.update(received_at=old)

    for model in (Delivery, Forgery, Remark, EarlyReceipt):
        keeping.forget_old(model._meta.label_lower)

    assert [*Delivery.objects.all()] == [kept]
    assert not (Forgery.objects.exists() or Remark.objects.exists() or EarlyReceipt.objects.exists())


# --- What it costs ------------------------------------------------------------------------------------------------


def queries_for(herald, items) -> int:
    row = delivered(herald, *items)
    with CaptureQueriesContext(connection) as captured:
        assert read(row).state == "done"
    return len(captured)


# (SQLite takes fewer values in one query, so more people need more.)
@pytest.mark.postgresql
def test_a_hundred_messages_of_new_people_cost_as_many_queries_as_two(herald):
    few = [hello(number, who=f"few-{number}", external_id=f"few-{number}") for number in range(2)]
    many = [hello(number, who=f"many-{number}", external_id=f"many-{number}") for number in range(100)]

    assert queries_for(herald, many) == queries_for(herald, few)


@pytest.mark.postgresql
def test_and_so_do_those_of_people_who_are_known(herald):
    people = [hello(number, who=f"c-{number}", external_id=f"a-{number}") for number in range(100)]
    read(delivered(herald, *people))
    few = [hello(number, who=f"c-{number}", external_id=f"b-{number}") for number in range(2)]
    many = [hello(number, who=f"c-{number}", external_id=f"c-{number}") for number in range(100)]

    assert queries_for(herald, many) == queries_for(herald, few)


@pytest.mark.postgresql
@pytest.mark.parametrize("people", [1, 50, 1000])
def test_a_full_batch_is_read_whole(herald, people):
    """1,000 updates is the most that a provider posts at once (WhatsApp). How long it takes is for `make bench`."""
    items = [hello(number, who=f"c-{number % people}", at=PAST + timedelta(seconds=number)) for number in range(1000)]

    assert read(delivered(herald, *items)).state == "done"
    assert Message.objects.count() == 1000


@pytest.mark.postgresql
def test_so_is_a_batch_of_receipts(herald):
    read(delivered(herald, *(hello(number, who=f"c-{number}") for number in range(300))))
    Message.objects.bulk_create(
        Message(
            conversation=row,
            channel=herald,
            author_kind="system",
            status="sent",
            external_id=f"out.{row.identity.external_id}",
        )
        for row in Conversation.objects.select_related("identity")
    )
    items = [
        said("Receipt", status=status, external_ids=[f"out.c-{number}"])
        for number in range(300)
        for status in ("sent", "read", "delivered")
    ]

    assert read(delivered(herald, *items)).state == "done"
    assert Message.objects.filter(status="read").count() == 300
