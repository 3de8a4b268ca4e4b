"""Files are handed to whoever may have them, and do nothing in their browser but be looked at or listened to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels_app.border import File
from conversations import files, media
from conversations.models import Attachment, Here
from tests.conversations.test_media import drawn

pytestmark = pytest.mark.once

SOUND = bytes(range(200)) * 10


@pytest.fixture
def message(conversation):
    return conversation.messages.get()


def stored(message, content=SOUND, content_type="audio/ogg", name="voice.ogg", **facts) -> Attachment:
    return Attachment.store(message, File(name, content, content_type, **facts))


def body(response) -> bytes:
    return response.getvalue()


@pytest.fixture
def as_ana(client, ana) -> Client:
    client.force_login(ana)
    return client


# --- Teammates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "small/"])
def test_ana_gets_a_file_of_sales_and_cara_does_not(as_ana, cara, message, part):
    address = f"/files/{stored(message, thumbnail=b'small').uuid}/{part}"
    assert as_ana.get(address).status_code == 200

    as_ana.force_login(cara)
    assert as_ana.get(address).status_code == 404


@pytest.mark.parametrize("content_type", sorted(media.INLINE))
def test_pictures_sound_and_films_are_shown_in_place(as_ana, message, content_type):
    answer = as_ana.get(f"/files/{stored(message, content_type=content_type).uuid}/")

    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf", media.UNKNOWN, ""])
def test_everything_else_is_downloaded(as_ana, message, content_type):
    answer = as_ana.get(f"/files/{stored(message, content_type=content_type).uuid}/")

    assert answer["Content-Disposition"] == 'attachment; filename="voice.ogg"'


def test_no_file_may_do_anything_in_a_browser(as_ana, message):
    answer = as_ana.get(f"/files/{stored(message).uuid}/")

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_is_not_here_is_not_found(as_ana, message):
    waiting = stored(message)
    Attachment.objects.update(state=Here.WAITING)

    assert as_ana.get(f"/files/{waiting.uuid}/").status_code == 404


def test_what_the_storage_lost_is_not_found(as_ana, message):
    file = stored(message)
    file.file.storage.delete(file.file.name)

    assert as_ana.get(f"/files/{file.uuid}/").status_code == 404


def test_a_file_without_a_thumbnail_has_none(as_ana, message):
    assert as_ana.get(f"/files/{stored(message).uuid}/small/").status_code == 404


def test_a_customers_picture_is_for_whoever_talks_with_them(as_ana, cara, conversation):
    contact = conversation.contact
    contact.keep_picture(media.portrait(drawn("PNG")))
    contact.save()
    address = f"/contacts/{contact.pk}/picture/{contact.picture_version}/"
    assert as_ana.get(address)["Content-Type"] == "image/webp"

    as_ana.force_login(cara)
    assert as_ana.get(address).status_code == 404


# --- Parts ----------------------------------------------------------------------------------------------------------


def test_a_player_may_ask_for_a_part(as_ana, message):
    answer = as_ana.get(f"/files/{stored(message).uuid}/", headers={"Range": "bytes=10-19"})

    assert (answer.status_code, answer["Content-Range"]) == (206, "bytes 10-19/2000")
    assert (answer["Content-Length"], answer.content) == ("10", SOUND[10:20])
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_says_that_it_comes_in_parts(as_ana, message):
    answer = as_ana.get(f"/files/{stored(message).uuid}/")

    assert (answer.status_code, answer["Accept-Ranges"], body(answer)) == (200, "bytes", SOUND)


@pytest.mark.parametrize("asked", ["bytes=2000-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_that_is_not_there_is_said_so(as_ana, message, asked):
    answer = as_ana.get(f"/files/{stored(message).uuid}/", headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */2000")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=9-3", "bytes", "bytes=٣-٤"])
def test_what_is_no_part_gets_the_whole(asked):
    assert files.part(asked, 2000) is None


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.one_of(st.none(), st.integers(0, 10**9)))
def test_a_part_is_never_more_than_was_asked_nor_than_memory_bears(size, first, last):
    wanted = files.part(f"bytes={first}-{'' if last is None else last}", size)

    if wanted:
        assert wanted.start == first
        assert wanted.stop <= size
        assert len(wanted) <= files.PART_BYTES
        assert last is None or wanted.stop <= last + 1


def test_the_end_may_be_asked_for():
    assert files.part("bytes=-500", 2000) == range(1500, 2000)
    assert files.part("bytes=-5000", 2000) == range(2000)


# --- Providers ------------------------------------------------------------------------------------------------------


def path(link: str, settings) -> str:
    assert link.startswith(settings.PUBLIC_URL)
    return link.removeprefix(settings.PUBLIC_URL)


def test_a_provider_fetches_a_file_by_its_link_and_gets_no_cookie(message, settings):
    answer = Client().get(path(files.public_link(stored(message)), settings))

    assert (answer.status_code, body(answer)) == (200, SOUND)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_a_provider_may_look_first(message, settings):
    answer = Client().head(path(files.public_link(stored(message)), settings))

    assert (answer.status_code, answer["Content-Length"]) == (200, "2000")


def test_a_link_ends_after_ten_minutes(message, settings, time_machine):
    link = path(files.public_link(stored(message)), settings)
    time_machine.move_to(timezone.now() + timedelta(seconds=601))

    assert Client().get(link).status_code == 404


def test_a_link_that_was_touched_leads_nowhere(message, settings):
    link = path(files.public_link(stored(message)), settings)

    assert Client().get(link[:-2] + "/").status_code == 404
    assert Client().get("/media-links/anything/").status_code == 404


def test_a_visitors_link_is_no_providers(message):
    file = stored(message)
    token = files.for_visitors.sign(file.uuid.hex)

    assert Client().get(f"/media-links/{token}/").status_code == 404
