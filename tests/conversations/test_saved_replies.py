"""Saved replies: who has which, what is sent with one, and where they are kept."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation, SavedFile, SavedReply
from conversations.sending import composer
from monty.errors import BadInput, MediaTooLarge, WindowShut
from tests import make
from tests.rest import Program, is_problem


def saved(shortcut: str = "hello", text: str = "Hello {{contact.first_name}}!", **fields) -> SavedReply:
    return SavedReply.objects.create(shortcut=shortcut, title=shortcut.title(), text=text, **fields)


def shortcuts(person) -> list[str]:
    return sorted(SavedReply.objects.visible_to(person).values_list("shortcut", flat=True))


@pytest.fixture
def everybodys(db) -> SavedReply:
    return saved()


# --- Whose they are -------------------------------------------------------------------------------------------------


@pytest.fixture
def five(sales, support, ana, ben) -> None:
    for shortcut, home in {
        "all": {},
        "sales": {"team": sales},
        "support": {"team": support},
        "anas": {"owner": ana},
        "bens": {"owner": ben},
    }.items():
        saved(shortcut, **home)


def test_everybody_has_the_shared_ones_those_of_their_teams_and_their_own(five, ana, cara):
    assert shortcuts(ana) == ["all", "anas", "sales"]
    assert shortcuts(cara) == ["all", "support"]


def test_whoever_oversees_has_those_of_every_team_but_nobodys_own(five, sara):
    assert shortcuts(sara) == ["all", "sales", "support"]


def test_a_shortcut_means_one_thing_in_one_place(sales, ana, ben, everybodys):
    for home in ({"team": sales}, {"owner": ana}, {"owner": ben}):
        saved(**home)
    for home in ({}, {"team": sales}, {"owner": ana}):
        with pytest.raises(IntegrityError), transaction.atomic():
            saved(**home)


def test_one_that_is_somebodys_belongs_to_no_team(ana, sales):
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(owner=ana, team=sales)


# --- Sending --------------------------------------------------------------------------------------------------------


def test_an_answer_made_from_one_counts_its_use_and_takes_its_files_along(conversation, everybodys, ana):
    everybodys.attach([make.text_file("sizes.txt", b"S M L")])

    composer.send(conversation, "Hello Nora!", by=ana, saved_reply=everybodys.pk)

    everybodys.refresh_from_db()
    assert everybodys.used == 1
    files = [each for row in Conversation.objects.get().messages.from_us() for each in row.attachments.all()]
    assert [(each.name, each.file.read()) for each in files] == [("sizes.txt", b"S M L")]


def test_what_was_sent_stays_when_the_reply_goes(conversation, everybodys, ana):
    everybodys.attach([make.text_file()])
    composer.send(conversation, "Hello Nora!", by=ana, saved_reply=everybodys.pk)
    SavedReply.objects.all().discard()

    [sent] = [each for row in conversation.messages.from_us() for each in row.attachments.all()]
    assert sent.file.read() == b"plain words"


def test_the_same_answer_again_counts_once_even_if_the_reply_is_gone(conversation, everybodys, ana):
    number = uuid.uuid4()
    first, _ = composer.send(conversation, "Hi", by=ana, client_id=number, saved_reply=everybodys.pk)
    assert composer.send(conversation, "Hi", by=ana, client_id=number, saved_reply=everybodys.pk) == (first, False)
    everybodys.refresh_from_db()
    assert everybodys.used == 1
    SavedReply.objects.all().discard()
    assert composer.send(conversation, "Hi", by=ana, client_id=number, saved_reply=everybodys.pk) == (first, False)


def test_a_variable_that_is_still_in_the_text_is_refused_and_nothing_is_sent(conversation, everybodys, ana):
    with pytest.raises(BadInput, match=r"{{contact.first_name}}"):
        composer.send(conversation, everybodys.text, by=ana, saved_reply=everybodys.pk)
    everybodys.refresh_from_db()
    assert (everybodys.used, conversation.messages.from_us().exists()) == (0, False)


def test_braces_in_an_answer_without_one_are_words_like_any_other(conversation, ana):
    assert composer.send(conversation, "Write {{ name }} in the template.", by=ana)[1]


def test_another_teams_reply_cannot_be_used(conversation, support, ana):
    with pytest.raises(BadInput, match="not there"):
        composer.send(conversation, "Hi", by=ana, saved_reply=saved(team=support).pk)


def test_its_files_keep_to_what_the_channel_takes(pigeon, everybodys, ana):
    everybodys.attach([make.text_file(content=b"x" * 1001)])
    with pytest.raises(MediaTooLarge, match="larger than"):
        composer.send(make.conversation(pigeon), "Hi", by=ana, saved_reply=everybodys.pk)
    everybodys.refresh_from_db()
    assert everybodys.used == 0


# --- In the composer ------------------------------------------------------------------------------------------------


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def offered(client, row) -> str:
    answer = client.get(f"/conversations/{row.pk}/saved-replies/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.once
def test_they_are_offered_with_their_variables_filled_in(as_ana, conversation, everybodys):
    assert 'data-text="Hello Nora!"' in offered(as_ana, conversation)


@pytest.mark.once
def test_what_nothing_is_known_for_is_marked(as_ana, conversation):
    saved(text="Call {{contact.phone}}")
    assert 'class="slot" title' in offered(as_ana, conversation)


@pytest.mark.once
def test_markup_in_a_name_is_text(as_ana, webchat, everybodys):
    row = make.conversation(webchat, name="<script>x</script> Nora")
    assert "<script>" not in offered(as_ana, row)


@pytest.mark.once
def test_in_a_conversation_that_somebody_does_not_see_nothing_is_offered(client, cara, conversation):
    client.force_login(cara)
    assert client.get(f"/conversations/{conversation.pk}/saved-replies/").status_code == 404


@pytest.mark.once
def test_many_are_offered_in_as_many_queries_as_few(as_ana, conversation, sales):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            offered(as_ana, conversation)
        return len(captured)

    saved("first", team=sales).attach([make.text_file()])
    few = queries()
    for number in range(10):
        saved(f"more-{number}", team=sales).attach([make.text_file()])
    assert queries() == few


@pytest.mark.once
def test_the_page_sends_with_one(as_ana, conversation, everybodys):
    fields = {"text": "Hello Nora!", "saved_reply": everybodys.pk}
    assert (
        as_ana.post(f"/conversations/{conversation.pk}/send/", fields, headers={"HX-Request": "true"}).status_code
        == 204
    )
    everybodys.refresh_from_db()
    assert everybodys.used == 1


# --- One's own ------------------------------------------------------------------------------------------------------

FIELDS = {"shortcut": "Bye", "title": "Good-bye", "text": "Bye {{contact.first_name}}"}


@pytest.mark.once
def test_somebody_writes_one_for_themselves(as_ana, ana):
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]
    assert as_ana.post("/saved-replies/new/", FIELDS | {"add_files": files}).status_code == 302
    row = SavedReply.objects.get()
    assert (row.owner, row.team, row.shortcut) == (ana, None, "bye")
    assert [each.name for each in row.files.all()] == ["a.txt", "b.txt"]
    assert "Good-bye" in as_ana.get("/saved-replies/").content.decode()


@pytest.mark.once
def test_files_are_added_and_taken_away(as_ana, ana, django_capture_on_commit_callbacks):
    row = saved(owner=ana)
    row.attach([make.text_file("old.txt")])
    old = row.files.get()
    fields = FIELDS | {"drop_files": old.pk, "add_files": SimpleUploadedFile("new.txt", b"new")}
    with django_capture_on_commit_callbacks(execute=True):
        as_ana.post(f"/saved-replies/{row.pk}/", fields)
    assert [each.name for each in row.files.all()] == ["new.txt"]
    assert not default_storage.exists(old.file.name)


@pytest.mark.once
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "{{contact.shoe_size}}"}, "There is no variable"),
        ({"text": "a\0b"}, "Null characters are not allowed"),
        ({"shortcut": "two words"}, "valid"),
        ({"shortcut": ""}, "required"),
        ({"text": "x" * 10_001}, "at most"),
        ({"add_files": SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 80)}, "not passed on"),
        ({"add_files": [SimpleUploadedFile(f"{each}.txt", b"x") for each in range(11)]}, "At most 10 files"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(as_ana, wrong, words):
    answer = as_ana.post("/saved-replies/new/", FIELDS | wrong)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SavedReply.objects.exists()


@pytest.mark.once
def test_a_shortcut_of_ones_own_is_not_taken_twice(as_ana, ana):
    saved("bye", owner=ana)
    assert "with this shortcut already" in as_ana.post("/saved-replies/new/", FIELDS).content.decode()


@pytest.mark.once
def test_nobody_changes_what_is_not_their_own(as_ana, ben, everybodys):
    for row in (everybodys, saved(owner=ben)):
        assert as_ana.get(f"/saved-replies/{row.pk}/").status_code == 404
        assert as_ana.post(f"/saved-replies/{row.pk}/", FIELDS).status_code == 404
        assert as_ana.post(f"/saved-replies/{row.pk}/delete/").status_code == 404
    assert SavedReply.objects.count() == 2


@pytest.mark.once
def test_deleting_ones_own_takes_its_files_along(as_ana, ana):
    row = saved(owner=ana)
    row.attach([make.text_file()])
    assert as_ana.post(f"/saved-replies/{row.pk}/delete/").status_code == 302
    assert not SavedFile.objects.exists()


# --- Shared ones, in the admin --------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_supervisor_writes_one_for_a_team(client, supervisor, sales):
    fields = FIELDS | {"team": sales.pk, "add_files": SimpleUploadedFile("a.txt", b"one")}
    assert client.post("/admin/conversations/savedreply/add/", fields).status_code == 302
    row = SavedReply.objects.get()
    assert (row.owner, row.team, [each.name for each in row.files.all()]) == (None, sales, ["a.txt"])
    page = f"/admin/conversations/savedreply/{row.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, FIELDS | {"team": "", "drop_files": row.files.get().pk}).status_code == 302
    row.refresh_from_db()
    assert (row.team, row.files.count()) == (None, 0)


@pytest.mark.once
def test_a_supervisor_deletes_one_with_its_files(client, supervisor, everybodys):
    everybodys.attach([make.text_file()])
    assert client.post(f"/admin/conversations/savedreply/{everybodys.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not SavedReply.objects.exists()


@pytest.mark.once
def test_what_people_keep_for_themselves_is_not_in_the_admin(client, supervisor, ana):
    row = saved("secret", owner=ana)
    assert "secret" not in client.get("/admin/conversations/savedreply/").content.decode()
    assert client.get(f"/admin/conversations/savedreply/{row.pk}/change/").status_code == 302


# --- REST -----------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_program_lists_what_its_person_can_use(five, ana, cara):
    assert [row["shortcut"] for row in Program(ana).get("saved_replies/").json()["results"]] == ["all", "sales", "anas"]
    support = SavedReply.objects.get(shortcut="support")
    assert Program(cara).get(f"saved_replies/{support.pk}/").json()["team"] == support.team_id
    assert is_problem(Program(ana).get(f"saved_replies/{support.pk}/"), 404, "not_found")


@pytest.mark.once
def test_a_program_sends_with_one(conversation, everybodys, ana):
    path = f"conversations/{conversation.pk}/messages/"
    assert Program(ana).post(path, text="Hello Nora!", saved_reply=everybodys.pk).status_code == 201
    assert is_problem(Program(ana).post(path, text="{{x}}", saved_reply=everybodys.pk), 400, "invalid")
    everybodys.refresh_from_db()
    assert everybodys.used == 1


@pytest.mark.once
def test_after_the_window_a_saved_reply_opens_nothing(conversation, everybodys, ana):
    late = make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    with pytest.raises(WindowShut):
        composer.send(late, "Hello Nora!", by=ana, saved_reply=everybodys.pk)
    everybodys.refresh_from_db()
    assert everybodys.used == 0
