"""Files that were chosen for an answer: here before it is sent, for whoever writes it only."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from conversations.models import Conversation, Upload
from conversations.models.stored_file import MOST_FILES
from conversations.sending import composer
from monty.errors import BadInput, TooManyFiles
from teams.models import keeping
from tests import make
from tests.at_once import at_once

BY_SCRIPT = {"HX-Request": "true", "Accept": "application/json"}


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, format="PNG")
    return out.getvalue()


def put(client, row, content: bytes = b"S M L", name: str = "sizes.txt", number=None):
    fields = {"id": number or uuid.uuid4(), "file": SimpleUploadedFile(name, content)}
    return client.post(f"/conversations/{row.pk}/uploads/", fields, headers=BY_SCRIPT)


def send(client, row, *numbers, **fields):
    return client.post(f"/conversations/{row.pk}/send/", {"uploads": numbers, **fields}, headers=BY_SCRIPT)


def listed(client, row) -> list[str]:
    return [each["name"] for each in client.get(f"/conversations/{row.pk}/uploads/").json()["files"]]


def stored(row) -> bool:
    return row.file.storage.exists(row.file.name)


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


# --- On their way -----------------------------------------------------------------------------------------------------


def test_what_was_chosen_waits_and_goes_with_the_answer(as_ana, conversation, django_capture_on_commit_callbacks):
    numbers = [put(as_ana, conversation, png(), "b.png").json()["id"], put(as_ana, conversation).json()["id"]]
    assert listed(as_ana, conversation) == ["b.png", "sizes.txt"]
    waiting = Upload.objects.first()

    with django_capture_on_commit_callbacks(execute=True):
        assert send(as_ana, conversation, *numbers, text="Look").status_code == 204

    message = conversation.messages.from_us().get()
    assert [(each.name, each.is_image) for each in message.attachments.all()] == [("b.png", True), ("sizes.txt", False)]
    assert message.text == "Look"
    assert listed(as_ana, conversation) == []
    assert not stored(waiting)


def test_they_go_in_the_order_that_the_writer_sees(as_ana, conversation):
    first, second = (put(as_ana, conversation, name=name).json()["id"] for name in ("one.txt", "two.txt"))

    send(as_ana, conversation, second, first)

    message = conversation.messages.from_us().get()
    assert [each.name for each in message.attachments.all()] == ["two.txt", "one.txt"]


@pytest.mark.once
def test_a_file_sent_again_after_a_cut_line_is_the_same_file(as_ana, conversation):
    number = uuid.uuid4()

    assert [put(as_ana, conversation, number=number).status_code for _ in range(2)] == [201, 201]
    assert listed(as_ana, conversation) == ["sizes.txt"]


def test_an_answer_sent_again_after_a_cut_line_is_the_same_answer_though_its_files_have_gone(as_ana, conversation):
    number, client_id = put(as_ana, conversation).json()["id"], uuid.uuid4()

    assert [send(as_ana, conversation, number, client_id=client_id).status_code for _ in range(2)] == [204, 204]
    assert conversation.messages.from_us().count() == 1


@pytest.mark.once
def test_what_is_taken_out_is_gone(as_ana, conversation, django_capture_on_commit_callbacks):
    number = put(as_ana, conversation).json()["id"]
    row = Upload.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        assert as_ana.delete(f"/conversations/{conversation.pk}/uploads/{number}/").status_code == 204

    assert listed(as_ana, conversation) == []
    assert not stored(row)
    refused = send(as_ana, conversation, number, text="Look")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert "Choose them again" in refused.json()["detail"]


def test_what_somebody_wrote_meanwhile_leaves_the_files_where_they_are(as_ana, webchat, conversation):
    number, seen = put(as_ana, conversation).json()["id"], conversation.messages.get().pk
    make.message(webchat, "one more thing", who="visitor-1")

    refused = send(as_ana, conversation, number, seen=seen)

    assert (refused.status_code, refused.json()["code"]) == (409, "somebody_wrote")
    assert listed(as_ana, conversation) == ["sizes.txt"]
    assert send(as_ana, conversation, number, seen=seen, force="true").status_code == 204


# --- What is refused before it is sent --------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"<html><script>", "cat.png", 415, "cat.png is of a kind that is not passed on."),
        (b"", "cat.png", 415, "cat.png is empty."),
        (png()[:40], "cat.png", 415, "cat.png is not a picture that can be read."),
        (b"x" * 101, "long.txt", 413, "long.txt is larger than"),
    ],
)
def test_a_file_is_refused_in_words(as_ana, conversation, settings, content, name, status, words):
    settings.MEDIA_MAX_BYTES = 100

    answer = put(as_ana, conversation, content, name)

    assert (answer.status_code, answer.json()["detail"][: len(words)]) == (status, words)
    assert listed(as_ana, conversation) == []


@pytest.mark.once
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(as_ana, conversation):
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, format="PNG")

    answer = put(as_ana, conversation, bomb.getvalue(), "small.png")

    assert (answer.status_code, answer.json()["detail"]) == (415, "small.png has too many pixels.")


@pytest.mark.once
def test_what_hides_behind_a_picture_does_not_come_along(as_ana, conversation):
    put(as_ana, conversation, png() + b"<script>alert(1)</script>", "cat.png")

    assert b"<script>" not in Upload.objects.get().content.content


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "content", "name", "status"),
    [
        ("instagram", b"plain words", "notes.txt", 415),
        ("twitter", b"OggS" + bytes(60), "voice.ogg", 415),
        ("whatsapp", b"OggS" + bytes(60), "voice.ogg", 201),
        ("whatsapp", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(20) + b"A_OPUS" + bytes(60), "voice.webm", 415),
    ],
)
def test_each_channel_says_what_it_does_not_take(client, sara, sales, kind, content, name, status):
    client.force_login(sara)
    row = make.conversation(make.channel(kind, sales))

    answer = put(client, row, content, name)

    assert answer.status_code == status
    if status == 415:
        assert f"{name}: {row.channel.adapter.label} does not take files of this kind" in answer.json()["detail"]


@pytest.mark.once
def test_one_more_than_an_answer_carries_is_refused(as_ana, ana, conversation):
    for _number in range(MOST_FILES):
        assert put(as_ana, conversation).status_code == 201

    refused = put(as_ana, conversation)

    assert (refused.status_code, refused.json()["code"]) == (413, "too_many_files")
    assert refused.json()["detail"] == "At most 10 files at once."
    with pytest.raises(TooManyFiles):
        composer.send(conversation, "", by=ana, files=(make.text_file(),) * (MOST_FILES + 1))


@pytest.mark.once
@pytest.mark.parametrize("fields", [{}, {"id": "one"}, {"id": str(uuid.uuid4())}])
def test_what_is_no_upload_is_refused_in_words(as_ana, conversation, fields):
    answer = as_ana.post(f"/conversations/{conversation.pk}/uploads/", fields, headers=BY_SCRIPT)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.once
def test_odd_numbers_of_files_are_refused_in_words(as_ana, conversation):
    answer = send(as_ana, conversation, "one", text="Look")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


# --- Whose they are ---------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_nobody_else_sees_sends_or_removes_them(as_ana, ana, ben, conversation, client):
    number = put(as_ana, conversation).json()["id"]
    client.force_login(ben)

    assert listed(client, conversation) == []
    assert client.delete(f"/conversations/{conversation.pk}/uploads/{number}/").status_code == 204
    assert send(client, conversation, number, text="Look").status_code == 400
    assert put(client, conversation, number=number).status_code == 400
    client.force_login(ana)
    assert listed(client, conversation) == ["sizes.txt"]


@pytest.mark.once
def test_where_somebody_sees_nothing_they_leave_nothing(client, cara, conversation):
    client.force_login(cara)

    assert put(client, conversation).status_code == 404
    assert client.get(f"/conversations/{conversation.pk}/uploads/").status_code == 404
    assert client.delete(f"/conversations/{conversation.pk}/uploads/{uuid.uuid4()}/").status_code == 404


@pytest.mark.once
def test_a_file_of_another_conversation_is_not_sent_here(as_ana, webchat, conversation):
    number = put(as_ana, conversation).json()["id"]

    assert send(as_ana, make.conversation(webchat), number, text="Look").status_code == 400


# --- How they end -----------------------------------------------------------------------------------------------------


def test_after_two_days_they_are_forgotten_and_not_before(as_ana, conversation, django_capture_on_commit_callbacks):
    for name in ("old.txt", "new.txt"):
        put(as_ana, conversation, name=name)
    old = Upload.objects.get(name="old.txt")
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=2, minutes=1))

    with django_capture_on_commit_callbacks(execute=True):
        keeping.forget_old("conversations.upload")

    assert listed(as_ana, conversation) == ["new.txt"]
    assert not stored(old)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sends_them(conversation, ana):
    upload = Upload.objects.put(conversation, make.text_file(), by=ana, number=uuid.uuid4())

    def answer() -> bool:
        composer.send(Conversation.objects.get(pk=conversation.pk), "", by=ana, uploads=[upload.uuid])
        return True

    found = at_once(answer, answer)

    assert sorted(isinstance(each, BadInput) for each in found) == [False, True]
    assert conversation.messages.from_us().count() == 1
