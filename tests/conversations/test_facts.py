"""What providers tell beside new messages: echoes, receipts, reactions, edits, what is taken back; in any order."""

import itertools
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from channels_app import live
from channels_app.models import Delivery, Remark
from conversations.incoming import early, ingest
from conversations.models import Attachment, Attempt, Conversation, EarlyReceipt, Message, Reaction
from tests.herald import said

pytestmark = pytest.mark.django_db
START = timezone.now().replace(microsecond=0) - timedelta(hours=1)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


HELLO = said("Inbound", external_id="m.1", who="nora", text="Hello", at=at(1))
EDIT = said("Edit", target="m.1", who="nora", text="Hello!", at=at(2))
EDIT_MORE = said("Edit", target="m.1", who="nora", text="Hello, all!", at=at(3))
UNSEND = said("Unsend", target="m.1", who="nora", at=at(4))
HEART = said("Reaction", target="m.1", who="nora", emoji="❤️", at=at(2))
THUMB = said("Reaction", target="m.1", who="nora", emoji="👍", at=at(3))
NO_SIGN = said("Reaction", target="m.1", who="nora", emoji="", at=at(4))


@pytest.fixture
def tell(herald):
    """Post items to the herald's channel, a delivery each time, and have them read."""

    def post(*items):
        import json

        row = Delivery.objects.create(channel=herald, body=json.dumps(items).encode())
        ingest.read(row.pk)
        row.refresh_from_db()
        assert (row.state, row.error) == ("done", "")
        return row

    return post


def told(external_id: str = "m.1") -> Message:
    return Message.objects.get(external_id=external_id)


@pytest.fixture
def ours(tell):
    """An answer to Nora, as it stands in the outbox."""

    def write(text: str = "There", **fields) -> Message:
        if not Conversation.objects.exists():
            tell(HELLO)
        message = Conversation.objects.get().reply(text, by=None).message
        fields = {"status": "sent", "external_id": "o.1", "claimed_at": at(5)} | fields
        Message.objects.filter(pk=message.pk).update(**fields)
        return Message.objects.get(pk=message.pk)

    return write


def verbs() -> list[str]:
    return [event.verb for event in Conversation.objects.get().events.order_by("pk")]


# --- Messages -----------------------------------------------------------------------------------------------------


def test_a_message_keeps_everything_that_came_with_it(tell):
    tell(HELLO)
    location = {"location": {"latitude": 53.55, "longitude": 9.99}}
    media = [{"kind": "image", "url": "https://example.org/1.jpg", "name": "1.jpg"}, {"kind": "voice", "ref": "77"}]
    tell(said("Inbound", external_id="m.2", who="nora", reply_to="m.1", details=location, raw={"a": 1}, media=media))

    message = told("m.2")
    assert (message.details, message.raw, message.reply_to) == (location, {"a": 1}, told())
    assert [(file.state, file.source, file.name) for file in message.attachments.order_by("pk")] == [
        ("waiting", media[0], "1.jpg"),
        ("waiting", media[1], ""),
    ]
    event = message.events.get()
    assert event.data["files"] == [file.pk for file in message.attachments.order_by("pk")]


def test_it_may_answer_one_of_the_same_delivery(tell):
    tell(HELLO, said("Inbound", external_id="m.2", who="nora", text="This one", reply_to="m.1", at=at(2)))

    assert told("m.2").reply_to == told()


def test_a_clock_ahead_of_ours_is_taken_for_now(tell):
    tell(said("Inbound", external_id="m.1", who="nora", text="Hi", at=timezone.now() + timedelta(days=3)))

    assert told().at <= timezone.now()
    assert told().conversation.inquiry_at <= timezone.now()


def test_waiting_counts_from_when_it_came(tell):
    before = timezone.now()
    tell(HELLO)

    row = Conversation.objects.get()
    assert row.waiting_since >= before
    assert row.started_at == row.inquiry_at == at(1)


# --- Echoes -------------------------------------------------------------------------------------------------------


def test_what_was_written_elsewhere_is_shown_with_the_rest(tell):
    tell(HELLO)
    tell(said("Echo", external_id="e.1", who="nora", text="From the page", at=at(2)))

    message, row = told("e.1"), Conversation.objects.get()
    assert (message.elsewhere, message.status, message.author_kind) == (True, "sent", "teammate")
    assert (message.author, message.at, message.conversation) == (None, at(2), row)
    assert (row.unread, row.waiting_since, row.last_text) == (0, None, "From the page")
    assert verbs() == ["start", "receive", "echo"]


def test_once_however_often_it_is_told(tell):
    tell(HELLO)
    for _ in range(2):
        tell(said("Echo", external_id="e.1", who="nora", text="From the page", at=at(2)))

    assert Message.objects.count() == 2


def test_one_that_is_older_than_the_question_answers_nothing(tell):
    tell(HELLO)
    tell(said("Echo", external_id="e.1", who="nora", text="Good morning", at=at(0)))

    row = Conversation.objects.get()
    assert row.waiting_since is not None
    assert (row.unread, row.last_text) == (1, "Hello")


def test_to_somebody_who_never_wrote_it_gives_nobody_work(tell):
    tell(said("Echo", external_id="e.1", who="nora", text="Our winter sale", at=at(2)))

    row = Conversation.objects.get()
    assert (row.state, row.contact, told("e.1").conversation) == ("dropped", row.contact, row)


def test_after_the_end_it_does_not_begin_anew(tell, ana):
    tell(HELLO)
    Conversation.objects.get().close(by=ana)
    tell(said("Echo", external_id="e.1", who="nora", text="One more thing", at=timezone.now()))

    assert Conversation.objects.get().state == "closed"


@pytest.mark.parametrize("status", ["sending", "unknown", "queued"])
def test_our_own_coming_back_is_confirmed_by_our_number(tell, ours, status):
    message = ours(status=status, external_id="")
    tell(said("Echo", external_id="o.9", who="nora", text="There", ours=message.pk, at=at(6)))

    message.refresh_from_db()
    assert (message.status, message.external_id, message.elsewhere) == ("sent", "o.9", False)
    assert Message.objects.count() == 2


def test_or_by_its_id(tell, ours):
    message = ours()
    tell(said("Echo", external_id="o.1", who="nora", text="There", at=at(6)))

    message.refresh_from_db()
    assert (message.status, Message.objects.count()) == ("sent", 2)


@pytest.mark.parametrize(("status", "number"), [("sending", 2), ("unknown", 2), ("sent", 3), ("failed", 3)])
def test_else_by_its_words_while_it_is_on_its_way(tell, ours, status, number):
    ours(status=status, external_id="")
    tell(said("Echo", external_id="o.9", who="nora", text="There", at=at(6)))

    assert Message.objects.count() == number


def test_a_number_of_another_channel_is_not_ours(tell, ours, webchat):
    from tests import make

    strange = make.conversation(webchat).reply("Hi", by=None).message
    tell(said("Echo", external_id="o.9", who="nora", text="Hi", ours=strange.pk, at=at(6)))

    strange.refresh_from_db()
    assert (strange.external_id, strange.status) == ("", "queued")
    assert told("o.9").elsewhere


# --- Receipts -----------------------------------------------------------------------------------------------------


def receipt(status: str, *ids: str, **fields) -> dict:
    return said("Receipt", status=status, external_ids=ids, **fields)


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
@pytest.mark.parametrize("together", [True, False])
def test_receipts_end_the_same_in_any_order(tell, ours, order, together):
    message = ours(status="sending")
    posts = [receipt(status, "o.1") for status in order] * 2
    for items in [posts] if together else [[post] for post in posts]:
        tell(*items)

    message.refresh_from_db()
    assert message.status == "read"


def test_a_failure_says_why(tell, ours):
    message = ours()
    Attempt.objects.create(message=message, outcome="sent")
    tell(receipt("failed", "o.1", code="131047", error="More than 24 hours have passed."))

    message.refresh_from_db()
    assert (message.status, message.error) == ("failed", "More than 24 hours have passed.")
    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.code, attempt.detail) == ("permanent", "131047", message.error)


def test_a_failure_after_it_was_read_is_none(tell, ours):
    message = ours(status="read")
    tell(receipt("failed", "o.1", error="No"))

    message.refresh_from_db()
    assert (message.status, message.error) == ("read", "")


def test_it_names_our_number_where_the_providers_id_is_news(tell, ours):
    message = ours(status="unknown", external_id="")
    tell(receipt("delivered", "o.9", ours=message.pk))

    message.refresh_from_db()
    assert (message.status, message.external_id) == ("delivered", "o.9")


def test_a_watermark_covers_what_had_gone_out_by_then(tell, ours):
    before, after = ours(claimed_at=at(5)), ours(external_id="o.2", claimed_at=at(7))
    queued = ours(status="queued", external_id="", claimed_at=None, at=at(4))
    tell(receipt("read", who="nora", up_to=at(6)))

    statuses = [Message.objects.get(pk=each.pk).status for each in (before, after, queued)]
    assert statuses == ["read", "sent", "queued"]


def test_one_that_names_the_last_may_cover_all_before_it(tell, ours):
    before, named, after = ours(), ours(external_id="o.2"), ours(external_id="o.3")
    tell(receipt("read", "o.2", and_before=True))

    statuses = [Message.objects.get(pk=each.pk).status for each in (before, named, after)]
    assert statuses == ["read", "read", "sent"]


def test_of_somebody_unknown_a_watermark_covers_nothing(tell):
    tell(receipt("read", who="nobody", up_to=at(6)))

    assert not EarlyReceipt.objects.exists()


def test_a_receipt_that_comes_before_its_message_waits_for_it(tell, ours):
    message = ours(status="sending", external_id="")
    tell(receipt("read", "o.1"), receipt("delivered", "o.1"))
    assert EarlyReceipt.objects.count() == 2

    Message.objects.filter(pk=message.pk).update(status="sent", external_id="o.1")
    message.refresh_from_db()
    early.settle(message)

    message.refresh_from_db()
    assert message.status == "read"
    assert not EarlyReceipt.objects.exists()


def test_if_neither_saw_the_other_the_sweep_does(tell, ours):
    message = ours(status="sending", external_id="")
    tell(receipt("read", "o.1"), receipt("read", "o.2"))
    Message.objects.filter(pk=message.pk).update(status="sent", external_id="o.1")

    early.settle_missed()

    message.refresh_from_db()
    assert message.status == "read"
    assert [row.external_id for row in EarlyReceipt.objects.all()] == ["o.2"]


# --- What happens to messages afterwards ----------------------------------------------------------------------------


def apart(items) -> list[list[dict]]:
    return [[item] for item in items]


@pytest.mark.parametrize("order", list(itertools.permutations([HELLO, EDIT, EDIT_MORE])))
def test_the_last_edit_counts_in_any_order(tell, order):
    for items in apart([*order, *order]):
        tell(*items)

    message = told()
    assert (message.text, message.edited_at) == ("Hello, all!", at(3))
    assert message.conversation.last_text == "Hello, all!"


@pytest.mark.parametrize("order", list(itertools.permutations([HELLO, EDIT, UNSEND])))
def test_what_was_taken_back_is_gone_in_any_order(tell, order):
    for items in apart([*order, *order]):
        tell(*items)

    message = told()
    assert (message.text, message.unsent_at) == ("", at(4))


@pytest.mark.parametrize("order", list(itertools.permutations([HELLO, HEART, THUMB, NO_SIGN])))
def test_the_last_sign_counts_in_any_order(tell, order):
    for items in apart([*order, *order]):
        tell(*items)

    assert [row.emoji for row in Reaction.objects.all()] == [""]


def test_all_in_one_delivery_comes_to_the_same(tell):
    tell(UNSEND, THUMB, EDIT, HEART, HELLO)

    assert (told().text, told().unsent_at, told().reaction.emoji) == ("", at(4), "👍")


def test_files_go_with_what_was_taken_back(tell):
    tell(
        said(
            "Inbound",
            external_id="m.1",
            who="nora",
            media=[{"kind": "image", "ref": "1"}],
            details={"forwarded": True},
            raw=[1],
        )
    )
    file = Attachment.objects.get()
    file.file.save("picture", ContentFile(b"pixels"))
    stored = file.file.path

    tell(said("Unsend", target="m.1", who="nora", at=at(4)))

    message = told()
    assert (message.details, message.raw, message.attachments.count()) == ({}, None, 0)
    assert stored


def test_its_bytes_go_with_the_commit(tell, django_capture_on_commit_callbacks):
    from pathlib import Path

    tell(said("Inbound", external_id="m.1", who="nora", media=[{"kind": "image", "ref": "1"}]))
    file = Attachment.objects.get()
    file.file.save("picture", ContentFile(b"pixels"))

    with django_capture_on_commit_callbacks(execute=True):
        tell(said("Unsend", target="m.1", who="nora", at=at(4)))

    assert not Path(file.file.path).exists()


def test_each_change_is_pushed_and_its_line_is_news(tell):
    tell(HELLO)
    seen = Conversation.objects.get().events.latest("pk").pk
    tell(EDIT, THUMB, UNSEND)

    assert verbs() == ["start", "receive", "edit", "react", "unsend"]
    assert [event.message for event in Conversation.objects.get().events.changed_after(seen)] == [told()]


def test_told_again_it_is_no_news(tell):
    tell(HELLO, EDIT, THUMB, UNSEND)
    number = len(verbs())
    tell(HELLO, EDIT, THUMB, UNSEND)

    assert len(verbs()) == number


def test_a_sign_on_our_message_is_shown_there(tell, ours):
    message = ours()
    tell(said("Reaction", target="o.1", who="nora", emoji="👍", at=at(7)))

    assert message.reaction.emoji == "👍"


# --- Hints and notices ----------------------------------------------------------------------------------------------


def test_typing_is_told_to_whoever_sees_the_conversation(tell, ears, sales):
    tell(HELLO)
    ear = ears.listen(live.team(sales.pk))
    tell(said("Typing", who="nora"))

    assert ears.heard(ear) == [{"hint": "typing", "conversation": Conversation.objects.get().pk}]


@pytest.mark.parametrize("hint", [said("Typing", who="nora", at=at(1)), said("Typing", who="somebody")])
def test_typing_of_long_ago_or_of_nobody_is_not(tell, ears, sales, hint):
    tell(HELLO)
    ear = ears.listen(live.team(sales.pk))
    tell(hint)

    assert ears.heard(ear) == []


def notice(**fields) -> dict:
    made = said("Notice", topic="account", detail="The account was blocked.", code="131031", **fields)
    del made["fact"]["at"]
    return made


def test_a_notice_is_kept_once_for_each_delivery(tell, herald):
    row = tell(notice())
    Delivery.objects.filter(pk=row.pk).read_again()
    ingest.read(row.pk)

    assert [(each.topic, each.code, each.channel) for each in Remark.objects.all()] == [("account", "131031", herald)]
    herald.refresh_from_db()
    assert herald.suspended_at is None


def test_one_that_stops_everything_suspends_the_channel(tell, herald):
    row = tell(notice(stops=True))

    herald.refresh_from_db()
    assert herald.suspended_because == "The account was blocked."

    # Mended by a person; the same delivery read again does not stop it again.
    type(herald).objects.update(suspended_at=None)
    Delivery.objects.filter(pk=row.pk).read_again()
    ingest.read(row.pk)
    herald.refresh_from_db()
    assert herald.suspended_at is None
