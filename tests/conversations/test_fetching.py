"""Customers' files come from their provider: once, safely, again after a stumble, and not for ever."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from channels_app.border import Fetched, Media
from channels_app.verdicts import Refused, Verdict
from conversations import media, tasks
from conversations.incoming import fetching
from conversations.models import Attachment, Here
from monty.errors import BadInput
from tests import make
from tests.at_once import at_once
from tests.conversations.test_media import HTML, PDF, drawn, exif, opened
from tests.courier import Courier

AT = "https://cdn.example.org/1"
PHOTO = Fetched(drawn("JPEG", size=(1200, 800), exif=exif(orientation=6)))


def sent(courier, kind="image", held=PHOTO, **facts) -> Attachment:
    """A customer's message with one file, which the provider holds."""
    Courier.holds[AT] = held
    message = make.message(courier, "", media=(Media(kind, url=AT, **facts),))
    return message.attachments.get()


def fetched(attachment: Attachment) -> Attachment:
    fetching.fetch(attachment.pk)
    attachment.refresh_from_db()
    return attachment


def due_now(attachment: Attachment) -> None:
    Attachment.objects.filter(pk=attachment.pk).update(fetch_at=timezone.now())


# --- It comes -------------------------------------------------------------------------------------------------------


def test_a_message_is_there_before_its_file(courier):
    file = sent(courier)

    assert (file.state, file.media.url, file.label) == (Here.WAITING, AT, "Picture")


def test_a_file_is_fetched_as_soon_as_its_message_is_there(courier, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = sent(courier)

    file.refresh_from_db()
    assert file.state == Here.STORED


def test_a_photograph_is_kept_upright_without_the_place_it_was_taken_at_and_with_a_thumbnail(courier):
    file = fetched(sent(courier))

    assert (file.state, file.content_type, file.width, file.height) == (Here.STORED, "image/jpeg", 800, 1200)
    assert b"a camera" not in file.file.read()
    small = opened(file.thumbnail.read())
    assert (small.format, small.size) == ("WEBP", (320, 480))


def test_once_it_is_here_its_address_at_the_provider_is_forgotten(courier):
    assert fetched(sent(courier)).source == {"kind": "image"}


def test_a_small_picture_needs_no_thumbnail(courier):
    assert not fetched(sent(courier, held=Fetched(drawn("PNG")))).thumbnail


@pytest.mark.parametrize(
    ("told", "held", "name"),
    [
        ({"name": "../../offer.pdf"}, Fetched(PDF, name="x"), "offer.pdf"),
        ({}, Fetched(PDF, name="offer.pdf"), "offer.pdf"),
        ({}, Fetched(PDF, name="attachments"), "attachments.pdf"),
        ({}, Fetched(PDF), "file.pdf"),
    ],
)
def test_a_file_has_a_name_by_which_it_can_be_opened(courier, told, held, name):
    assert fetched(sent(courier, "file", held, **told)).name == name


@pytest.mark.parametrize(
    "content",
    [HTML, b"MZ" + b"\0" * 200, bytes(range(256)), drawn("PNG", size=(400, 200))[:-60]],
    ids=["page", "program", "noise", "half a picture"],
)
def test_whatever_a_customer_sent_is_kept_but_what_is_odd_only_to_download(courier, content):
    file = fetched(sent(courier, held=Fetched(content, "odd.png", "image/png")))

    assert (file.state, file.content_type, file.is_image) == (Here.STORED, media.UNKNOWN, False)
    assert file.file.read() == content


def test_open_pages_hear_of_it_and_show_the_line_anew(courier):
    file = sent(courier)
    before = file.message.conversation.events.latest("pk").pk

    fetched(file)

    (line,) = file.message.conversation.events.changed_after(before)
    assert (line.verb, line.message) == ("receive", file.message)


# --- Or it does not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.RETRY, Verdict.RECONNECT, Verdict.UNKNOWN])
def test_after_a_stumble_it_is_tried_again_later_and_later(courier, verdict):
    file = sent(courier, held=Refused(verdict, "The provider stumbled."))
    pauses = []
    for _ in fetching.WAITS:
        fetched(file)
        assert file.state == Here.WAITING
        pauses.append(file.fetch_at - timezone.now())
        due_now(file)

    assert pauses == sorted(pauses)


def test_after_the_last_try_it_counts_as_lost_with_the_reason(courier):
    file = sent(courier, held=Refused(Verdict.RETRY, "The provider stumbled."))
    Attachment.objects.update(tries=len(fetching.WAITS))

    fetched(file)

    assert (file.state, file.reason, file.fetch_at) == (Here.FAILED, "The provider stumbled.", None)
    assert not Attachment.objects.to_fetch().exists()


def test_a_providers_own_time_to_wait_is_kept(courier):
    file = fetched(sent(courier, held=Refused(Verdict.WAIT, "Too many.", wait=timedelta(minutes=15))))

    assert timedelta(minutes=14) < file.fetch_at - timezone.now() <= timedelta(minutes=15)


def test_what_will_never_come_is_lost_at_once(courier):
    file = fetched(sent(courier, held=Refused(Verdict.PERMANENT, "It is gone from there.")))

    assert (file.state, file.reason) == (Here.FAILED, "It is gone from there.")


def test_an_empty_file_is_lost(courier):
    assert fetched(sent(courier, held=Fetched(b""))).reason == "The file is empty."


def test_an_adapters_own_bug_costs_a_try_not_the_file(courier):
    file = fetched(sent(courier, held=KeyError("oops")))
    assert file.state == Here.WAITING
    Courier.holds[AT] = PHOTO
    due_now(file)

    assert fetched(file).state == Here.STORED


def test_its_time_has_not_come(courier):
    file = sent(courier)
    Attachment.objects.update(fetch_at=timezone.now() + timedelta(seconds=5))

    assert fetched(file).state == Here.WAITING
    assert Courier.asked == []


def test_a_message_taken_back_meanwhile_leaves_nothing_behind(courier, tmp_path):
    file = sent(courier)
    claimed = Attachment.objects.claim(file.pk)
    Attachment.objects.all().delete()

    fetching.keep(claimed, media.received(PHOTO, file.media))

    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


# --- Two workers, and dead ones -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_fetches_it(courier):
    file = sent(courier)

    at_once(lambda: fetching.fetch(file.pk), lambda: fetching.fetch(file.pk))

    assert Courier.asked == [AT]


def test_a_dead_workers_file_is_found_again(courier, worker, time_machine):
    file = sent(courier)
    assert Attachment.objects.claim(file.pk) is not None
    tasks.fetch_missed()
    assert Courier.asked == []

    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    tasks.fetch_missed()

    file.refresh_from_db()
    assert (file.state, file.tries) == (Here.STORED, 2)


# --- A person asks again --------------------------------------------------------------------------------------------


def lost(courier) -> Attachment:
    return fetched(sent(courier, held=Refused(Verdict.PERMANENT, "It is gone from there.")))


def test_a_teammate_has_it_fetched_again(courier, ana, worker, django_capture_on_commit_callbacks):
    file = lost(courier)
    Courier.holds[AT] = PHOTO

    with django_capture_on_commit_callbacks(execute=True):
        asked = file.message.conversation.fetch_again(file.uuid, by=ana)

    file.refresh_from_db()
    assert (file.state, file.reason, asked.actor) == (Here.STORED, "", ana)


def test_what_is_here_is_not_fetched_again(courier, ana):
    file = fetched(sent(courier))

    assert file.message.conversation.fetch_again(file.uuid, by=ana) is None


def test_another_conversations_file_is_refused(courier, ana):
    file, other = lost(courier), make.conversation(courier)

    with pytest.raises(BadInput, match="no such file"):
        other.fetch_again(file.uuid, by=ana)


def test_no_file_however_damaged_is_lost_for_its_content():
    """The customer has sent it: it is kept, if only to download."""
    whole, dice = PHOTO.content, random.Random(4)
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        assert media.received(Fetched(bytes(content[: dice.randrange(1, len(content))])), Media("image")).content


@pytest.mark.postgresql
def test_the_sweep_reads_what_waits_and_not_what_is_here(courier):
    message = make.message(courier)
    Attachment.objects.bulk_create(Attachment(message=message, name="old") for _ in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_attachment")

    plan = Attachment.objects.to_fetch().order_by("fetch_at")[:100].explain()

    assert "attachment_to_fetch" in plan
    assert "Seq Scan" not in plan
