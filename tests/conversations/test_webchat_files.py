"""Files a visitor sends, and the signed links by which they come back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from conversations.models import Message
from tests.conversations.webchat_visitor import PICTURE, upload

pytestmark = pytest.mark.once


def test_a_picture_is_sent_and_shown_by_a_signed_link(visitor):
    answer = visitor.send_file(upload("cat.png", PICTURE.content))
    assert answer.status_code == 201
    (picture,) = visitor.thread()[0]["attachments"]
    assert (picture["name"], picture["is_image"], picture["width"]) == ("cat.png", True, 8)
    shown = APIClient().get(picture["url"])
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_text_file_is_downloaded_not_shown(visitor):
    visitor.send_file(upload("notes.txt", b"just text"))
    (file,) = visitor.thread()[0]["attachments"]
    assert APIClient().get(file["url"]).headers["Content-Disposition"].startswith("attachment")


def test_a_files_link_ends_after_an_hour(visitor, time_machine):
    visitor.send_file(upload("cat.png", PICTURE.content))
    (picture,) = visitor.thread()[0]["attachments"]
    time_machine.move_to(timezone.now() + timedelta(seconds=3601))
    assert APIClient().get(picture["url"]).status_code == 404


def test_a_files_link_without_its_signature_leads_nowhere(visitor):
    visitor.send_file(upload("cat.png", PICTURE.content))
    (picture,) = visitor.thread()[0]["attachments"]
    address, _, key = picture["url"].partition("?key=")
    assert APIClient().get(address).status_code == 404
    assert APIClient().get(f"{address}?key={key[:-1]}").status_code == 404


def test_one_files_signature_does_not_open_another(visitor):
    visitor.send_file(upload("a.png", PICTURE.content))
    visitor.send_file(upload("b.png", PICTURE.content))
    a, b = (each["attachments"][0]["url"].partition("?") for each in visitor.thread())
    assert APIClient().get(f"{a[0]}?{b[2]}").status_code == 404


def test_a_page_is_not_taken_as_a_file(visitor):
    refused = visitor.send_file(upload("cat.png", b"<html><script>alert(1)</script>"))
    assert (refused.status_code, refused.data["code"]) == (415, "media_refused")
    assert Message.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(visitor, settings):
    settings.MEDIA_MAX_BYTES = 10
    refused = visitor.send_file(upload("notes.txt", b"eleven byte"))
    assert (refused.status_code, refused.data["code"]) == (413, "media_too_large")


def test_a_form_beyond_any_file_is_not_even_read(visitor, settings):
    settings.MEDIA_MAX_BYTES = 10
    refused = visitor.send_file(upload("notes.txt", b"x" * 100_000))
    assert (refused.status_code, refused.data["code"]) == (413, "body_too_large")
