"""The thread shows every kind of message that a customer can send, and REST tells of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.border import Fetched, Media
from conversations import media
from conversations.incoming import fetching
from conversations.models import Conversation, Here, Message, Reaction
from tests import make, parade
from tests.conversations.test_media import PDF, drawn

pytestmark = pytest.mark.once


@pytest.fixture
def as_ana(client, ana) -> Client:
    client.force_login(ana)
    return client


def page(client: Client, conversation: Conversation) -> str:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    return client.get(f"/conversations/{conversation.pk}/", headers=headers).content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def with_file(courier, content: bytes | None, kind: str = "image", **told) -> Message:
    """A message with one file, which is here already, or still waited for."""
    message = make.message(courier, "", media=(Media(kind, **told),))
    if content is not None:
        parade.held(message, Fetched(content))
    return message


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_large_picture_is_shown_small_and_opens_large(as_ana, courier):
    message = with_file(courier, drawn("JPEG", size=(1200, 800)))
    file = message.attachments.get()

    shown = page(as_ana, message.conversation)

    assert f'src="/files/{file.uuid}/small/"' in shown
    assert f'href="/files/{file.uuid}/" data-picture' in shown


def test_a_small_picture_is_its_own_thumbnail(as_ana, courier):
    message = with_file(courier, drawn("PNG"))

    assert f'src="/files/{message.attachments.get().uuid}/"' in page(as_ana, message.conversation)


def test_several_pictures_make_a_grid_and_one_does_not(as_ana, courier):
    one = with_file(courier, drawn("PNG"))
    assert "is-grid" not in page(as_ana, one.conversation)

    album = make.message(courier, "", media=(Media("image"), Media("image")))
    parade.held(album, Fetched(drawn("PNG")), Fetched(drawn("PNG")))
    assert "is-grid" in page(as_ana, album.conversation)


def test_a_sticker_has_no_bubble(as_ana, courier):
    message = with_file(courier, drawn("WEBP"), "sticker")

    assert "is-bare" in page(as_ana, message.conversation)


@pytest.mark.parametrize(
    ("content", "kind", "tag"),
    [
        (b"OggS" + b"\0" * 60, "voice", "<audio"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 60, "video", "<video"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 60, "voice", "<audio"),
        (b"#!AMR\n" + b"\0" * 60, "voice", "download="),
        (PDF, "file", "download="),
    ],
    ids=["voice", "film", "spoken film", "what no browser plays", "document"],
)
def test_sound_and_films_are_played_in_place_and_the_rest_is_downloaded(as_ana, courier, content, kind, tag):
    message = with_file(courier, content, kind)

    shown = page(as_ana, message.conversation)

    assert tag in shown
    assert all(other not in shown for other in {"<audio", "<video"} - {tag})


def test_a_file_on_its_way_says_so(as_ana, courier):
    assert "Loading voice message…" in page(as_ana, with_file(courier, None, "voice").conversation)


def test_a_lost_file_says_why_and_is_fetched_again_by_its_button(as_ana, courier):
    message = with_file(courier, None)
    file = message.attachments.get()
    fetching.lose(file, "The provider does not have it any more.")
    shown = page(as_ana, message.conversation)
    assert "The provider does not have it any more." in shown
    assert str(file.uuid) in shown

    asked = as_ana.post(f"/conversations/{message.conversation_id}/fetch_again/", {"attachment": file.uuid})

    file.refresh_from_db()
    assert (asked.status_code, file.state) == (302, Here.WAITING)


def test_cara_does_not_have_files_of_sales_fetched_again(client, cara, courier):
    message = with_file(courier, None)
    fetching.lose(message.attachments.get(), "Gone.")
    client.force_login(cara)

    refused = client.post(
        f"/conversations/{message.conversation_id}/fetch_again/", {"attachment": message.attachments.get().uuid}
    )

    assert refused.status_code == 404
    assert message.attachments.get().state == Here.FAILED


@pytest.mark.parametrize("attachment", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_fetching_again_what_is_not_there_is_refused(as_ana, conversation, attachment):
    refused = as_ana.post(f"/conversations/{conversation.pk}/fetch_again/", {"attachment": attachment})

    assert refused.status_code == 400


# --- What came later ------------------------------------------------------------------------------------------------


def test_what_was_taken_back_leaves_a_sign_and_nothing_else(as_ana, webchat):
    message = make.message(webchat, "My secret", details={"location": {"latitude": 1, "longitude": 2}})
    Message.objects.update(unsent_at=timezone.now())

    shown = page(as_ana, message.conversation)

    assert "took this message back" in shown
    assert "Open map" not in shown
    assert "My secret" not in shown


def test_an_edited_message_says_so(as_ana, conversation):
    assert "edited" not in page(as_ana, conversation)
    Message.objects.update(edited_at=timezone.now())

    assert "edited" in page(as_ana, conversation)


def test_a_reaction_stands_at_its_message(as_ana, conversation):
    Reaction.objects.create(message=conversation.messages.get(), emoji="❤️", at=timezone.now())

    assert "❤️" in page(as_ana, conversation)


def test_what_was_sent_with_another_program_is_not_montys(as_ana, ana, conversation):
    conversation.reply("From my phone", by=None)
    assert "Sent from elsewhere" not in page(as_ana, conversation)
    Message.objects.filter(text="From my phone").update(elsewhere=True)

    assert "Sent from elsewhere" in page(as_ana, conversation)


def test_an_answer_quotes_what_it_answers(as_ana, ana, conversation):
    question = conversation.messages.get()
    conversation.reply("Yes", by=ana, reply_to=question)

    shown = page(as_ana, conversation)

    assert f'data-quoted="{question.pk}"' in shown
    assert shown.count("Hello") == 2


def test_a_quote_from_a_conversation_of_another_team_tells_nothing_of_it(as_ana, cara, webchat, support):
    """The customer answers what another team has told them."""
    before = make.message(webchat, "For Support only", who="nora").conversation
    before.hand_to(support, by=None)
    before.close(by=cara)
    now = Conversation.start(before.identity, by=None)
    answer = now.receive(make.stored(now, "About that"), by=None).message
    Message.objects.filter(pk=answer.pk).update(reply_to=before.messages.get())

    shown = page(as_ana, now)

    assert "A message of an earlier conversation" in shown
    assert "For Support only" not in shown


def test_a_customer_with_a_picture_shows_it_and_one_without_their_initials(as_ana, conversation):
    assert ">NV<" in page(as_ana, conversation)
    contact = conversation.contact
    contact.keep_picture(media.portrait(drawn("PNG")))
    contact.save()

    assert f'<img src="/contacts/{contact.pk}/picture/' in page(as_ana, conversation)


def test_only_who_may_see_messages_in_the_admin_is_led_to_how_it_came(client, ana, supervisor, webchat):
    message = make.message(webchat, "", details={"unsupported": "poll"}, raw={"type": "poll"})
    there = f"/admin/conversations/message/{message.pk}/change/"
    supervisor.is_staff = True
    supervisor.save()
    assert there in page(client, message.conversation)
    assert "poll" in client.get(there).content.decode()

    client.force_login(ana)
    shown = page(client, message.conversation)
    assert "cannot show: poll" in shown
    assert there not in shown


# --- The list, and the cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"media": (Media("voice"),)}, "Voice message"),
        ({"media": (Media("sticker"),)}, "Sticker"),
        ({"media": (Media("file", name="offer.pdf"),)}, "Attachment"),
        ({"details": {"location": {"latitude": 1, "longitude": 2}}}, "Location"),
        ({"media": (Media("image"),), "text": "Look"}, "Look"),
    ],
)
def test_the_list_tells_the_kind_where_there_is_no_text(courier, fields, word):
    message = make.message(courier, **({"text": ""} | fields))

    assert message.conversation.last_text == word


def test_a_parade_costs_as_many_queries_as_two_of_its_messages(as_ana, courier):
    conversation = make.message(courier, "Hello", who="parade").conversation
    conversation.reply("Hello", by=None, reply_to=conversation.messages.get())
    as_ana.get(f"/conversations/{conversation.pk}/")
    few = queries(as_ana, f"/conversations/{conversation.pk}/")

    parade.walk(courier)

    assert queries(as_ana, f"/conversations/{conversation.pk}/") == few


def test_a_parade_goes_by_in_rest_at_the_cost_of_one_message(as_ana, courier):
    conversation = make.message(courier, "Hello", who="parade").conversation
    address = f"/api/v1/conversations/{conversation.pk}/messages/"
    few = queries(as_ana, address)

    parade.walk(courier)

    assert queries(as_ana, address) == few
    told = {name: part for row in as_ana.get(address).json()["results"] for name, part in row["details"].items()}
    assert told["location"]["name"] == "Depot"
    assert {"contacts", "button", "form", "referral", "story", "shared", "order", "forwarded", "unsupported"} < set(
        told
    )


def test_rest_tells_where_a_file_is(as_ana, courier):
    def told(message: Message) -> dict:
        rows = as_ana.get(f"/api/v1/conversations/{message.conversation_id}/messages/").json()["results"]
        return next(row for row in rows if row["id"] == message.pk)["attachments"][0]

    waiting = told(with_file(courier, None, "voice"))
    assert (waiting["state"], waiting["kind"], waiting["url"]) == ("waiting", "voice", None)

    stored = told(with_file(courier, drawn("JPEG", size=(1200, 800))))
    assert (stored["state"], stored["kind"]) == ("stored", "image")
    assert as_ana.get(stored["url"]).status_code == as_ana.get(stored["thumbnail"]).status_code == 200


def test_rest_has_a_lost_file_fetched_again(as_ana, courier):
    message = with_file(courier, None)
    fetching.lose(message.attachments.get(), "Gone.")
    address = f"/api/v1/conversations/{message.conversation_id}/fetch_again/"

    asked = as_ana.post(address, {"attachment": message.attachments.get().uuid}, content_type="application/json")

    assert asked.status_code == 200
    assert message.attachments.get().state == Here.WAITING


def test_the_admins_list_of_messages_costs_the_same_however_many_have_only_files(client, supervisor, courier):
    supervisor.is_staff = True
    supervisor.save()
    with_file(courier, PDF, "file")
    few = queries(client, "/admin/conversations/message/")
    for _ in range(3):
        with_file(courier, PDF, "file")

    assert queries(client, "/admin/conversations/message/") == few
