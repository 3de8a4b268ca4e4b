"""The inbox's pages: who sees what, what can be done from them, and what they cost."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.border import File
from conversations.models import Conversation, Message, State
from tests import make

pytestmark = pytest.mark.once

SCRIPT = "<script>alert(1)</script>"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BY_SCRIPT = HTMX | {"Accept": "application/json"}


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def as_cara(client, cara):
    client.force_login(cara)
    return client


def page_of(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def queries_of(client, address, **headers) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page_of(client, address, **headers)
    return len(captured)


def act(client, conversation, verb, **fields):
    return client.post(f"/conversations/{conversation.pk}/{verb}/", fields, headers=BY_SCRIPT)


# --- Coming in ------------------------------------------------------------------------------------------------------


def test_a_stranger_is_led_to_the_log_in_and_back(client, conversation):
    answer = client.get(f"/conversations/{conversation.pk}/?view=mine")
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next=/conversations/{conversation.pk}/%3Fview%3Dmine"


def test_a_pane_that_outlived_its_session_loads_the_whole_page_anew(client, conversation):
    answer = client.get(f"/conversations/{conversation.pk}/", headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")


def test_logging_in_leads_to_the_inbox(client, ana):
    answer = client.post("/login/", {"username": "ana", "password": "monty"})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_is_said_in_words(client, ana):
    answer = client.post("/login/", {"username": "ana", "password": "wrong"})
    assert "Please enter a correct username and password" in answer.content.decode()


def test_after_five_wrong_passwords_the_log_in_rests(client, ana, settings):
    settings.AXES_ENABLED = True
    for _attempt in range(5):
        answer = client.post("/login/", {"username": "ana", "password": "wrong"})
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()


def test_logging_out_ends_the_session(as_ana):
    assert as_ana.post("/logout/")["Location"] == "/login/"
    assert as_ana.get("/").status_code == 302


def test_nothing_of_the_inbox_stays_in_a_browsers_cache(as_ana):
    assert "no-store" in as_ana.get("/")["Cache-Control"]


# --- The list -------------------------------------------------------------------------------------------------------


def test_each_view_shows_its_own_conversations(as_ana, ana, sales, webchat):
    rows = {
        "mine": make.conversation(webchat, state="assigned", assignee=ana, name="Mine Row"),
        "unassigned": make.conversation(webchat, name="Open Row"),
        "closed": make.conversation(webchat, state="closed", assignee=ana, name="Closed Row"),
        "dropped": make.conversation(webchat, state="dropped", assignee=ana, name="Dropped Row"),
    }
    for view, row in rows.items():
        page = page_of(as_ana, f"/?view={view}")
        assert [each.pk for each in rows.values() if f'id="row-{each.pk}"' in page] == [row.pk], view
    team, everything = page_of(as_ana, f"/?view=team-{sales.pk}"), page_of(as_ana, "/?view=all")
    assert [f'id="row-{row.pk}"' in team for row in rows.values()] == [True, True, False, False]
    assert all(f'id="row-{row.pk}"' in everything for row in rows.values())


def test_the_left_pane_counts_what_is_live(as_ana, ana, webchat):
    make.conversation(webchat, state="assigned", assignee=ana)
    make.conversation(webchat, state="closed", assignee=ana)
    context = as_ana.get("/").context
    assert (context["counts"]["mine"], context["counts"]["unassigned"], context["unread"]) == (1, 0, 1)


def test_an_empty_view_says_what_to_do(as_ana):
    assert "Take one from “Unassigned”" in page_of(as_ana, "/?view=mine")


def test_another_teams_inbox_is_no_view_of_mine(as_cara, sales):
    assert as_cara.get(f"/?view=team-{sales.pk}").status_code == 404


def test_the_list_goes_on_by_key_without_gap_or_double(as_ana, webchat):
    made = [make.conversation(webchat).pk for _number in range(65)]
    seen, key = [], ""
    for _page in range(3):
        answer = as_ana.get("/inbox/more/", {"view": "all", "after": key})
        seen += [row.pk for row in answer.context["page"].conversations]
        key = answer.context["page"].more
    assert (seen, key) == (sorted(made, reverse=True), "")


def test_a_refresh_is_as_long_as_the_list_on_screen(as_ana, webchat):
    for _number in range(45):
        make.conversation(webchat)
    answer = as_ana.get("/inbox/refresh/?view=all&rows=40")
    assert len(answer.context["page"].conversations) == 40


def test_the_list_counts_a_window_down_only_when_it_is_about_to_shut(as_ana, webchat):
    row = make.conversation(webchat)
    assert "row-countdown" not in page_of(as_ana, "/?view=all")
    make.long_ago(row, timezone.now() - timedelta(hours=45, minutes=30))
    assert "2 h" in page_of(as_ana, "/?view=all").split("row-countdown")[1]


# --- The conversation -----------------------------------------------------------------------------------------------


def test_a_conversation_opens_with_its_list(as_ana, conversation):
    page = page_of(as_ana, f"/conversations/{conversation.pk}/?view=all")
    assert f'id="row-{conversation.pk}"' in page and 'class="pane"' in page


def test_the_pages_own_script_gets_the_right_pane_alone(as_ana, conversation):
    page = page_of(as_ana, f"/conversations/{conversation.pk}/?view=all", **HTMX)
    assert 'class="pane"' in page and "<html" not in page


def test_script_in_names_and_texts_is_shown_as_text(as_ana, webchat):
    row = make.conversation(webchat, text=f"{SCRIPT} https://example.org/{SCRIPT}", name=SCRIPT)
    page = page_of(as_ana, f"/conversations/{row.pk}/?view=all")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page


def test_web_addresses_in_a_text_are_links_that_tell_nothing(as_ana, webchat):
    row = make.conversation(webchat, text="see https://example.org/a?b=1&c=2 or javascript:alert(1) or a@example.org")
    page = page_of(as_ana, f"/conversations/{row.pk}/")
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">' in page
    assert 'href="javascript' not in page and "mailto:" not in page


def test_the_timeline_tells_who_did_what(as_ana, ana, ben, sales, conversation):
    conversation.assign_to(ana, by=ana)
    conversation.assign_to(ben, by=ana)
    conversation.unassign(by=ben)
    conversation.assign_to(ben, by=None, why={"load": "3", "capacity": 10, "ready": 2})
    conversation.drop("no answer, 100% sure", by=ben)
    conversation.reopen(by=ana)
    conversation.close(by=ana)
    lines = [line.sentence for line in as_ana.get(f"/conversations/{conversation.pk}/").context["lines"]]
    assert [line for line in lines if line] == [
        "Conversation started in Sales",
        "Ana took this",
        "Ana assigned this to Ben",
        "Ben took this off Ben",
        "Monty assigned this to Ben, who had the least to do (3 of 10) of 2 ready",
        "Ben dropped this: no answer, 100% sure",
        "Ana reopened this",
        "Ana closed this",
    ]


def test_older_lines_come_by_the_page(as_ana, webchat, conversation):
    for number in range(60):
        make.message(webchat, f"message {number}", who="visitor-1")
    Conversation.objects.filter(pk=conversation.pk).update(unread=0)
    context = as_ana.get(f"/conversations/{conversation.pk}/").context
    assert len(context["lines"]) == 50
    older = as_ana.get(f"/conversations/{conversation.pk}/older/?before={context['oldest']}").context
    numbers = [line.event.pk for line in [*older["lines"], *context["lines"]]]
    assert len(numbers) == 62 and numbers == sorted(set(numbers)) and older["oldest"] is None


def test_the_first_unread_message_is_marked(as_ana, webchat, conversation):
    second = make.message(webchat, "second", who="visitor-1")
    third = make.message(webchat, "third", who="visitor-1")
    Conversation.objects.filter(pk=conversation.pk).update(unread=2)
    lines = as_ana.get(f"/conversations/{conversation.pk}/").context["lines"]
    assert [line.message for line in lines if line.first_unread] == [second]
    assert third.pk > second.pk


def test_more_that_is_new_than_a_page_is_opened_at_its_first(as_ana, webchat, conversation):
    for number in range(60):
        make.message(webchat, f"new {number}", who="visitor-1")
    Conversation.objects.filter(pk=conversation.pk).update(unread=60)
    context = as_ana.get(f"/conversations/{conversation.pk}/").context
    assert [line.message.text for line in context["lines"] if line.first_unread] == ["new 0"]
    assert context["lines"][0].event.verb == "start" and context["lines"][-1].message.text == "new 59"


def test_news_are_the_lines_after_an_event_and_those_whose_message_moved(as_ana, ana, webchat, conversation):
    reply = conversation.reply("Hello", by=ana)
    note = conversation.note("A note", by=ana)
    conversation.deliver([reply.message], "sent", by=None)
    came = make.message(webchat, "and?", who="visitor-1")
    lines = as_ana.get(f"/conversations/{conversation.pk}/news/?after={note.pk}").context["lines"]
    assert [line.message for line in lines] == [reply.message, came]
    assert lines[0].message.status == "sent"


def test_a_failed_message_says_why(as_ana, ana, conversation):
    reply = conversation.reply("Hello", by=ana)
    conversation.deliver([reply.message], "failed", by=None, error="The number does not exist.")
    assert "Not sent: The number does not exist." in page_of(as_ana, f"/conversations/{conversation.pk}/")


# --- What is possible -----------------------------------------------------------------------------------------------


def test_reopen_turns_pressed_once_it_was_clicked(as_ana, ana, conversation):
    conversation.close(by=ana)
    before = page_of(as_ana, f"/conversations/{conversation.pk}/")
    assert 'aria-pressed="false" title="Until' in before
    assert act(as_ana, conversation, "reopen").status_code == 204
    after = page_of(as_ana, f"/conversations/{conversation.pk}/")
    assert 'id="reopen" type="button" aria-pressed="true"' in after


def test_outside_the_window_reopen_is_disabled_and_says_why(as_ana, ana, conversation):
    conversation.close(by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    desk = as_ana.get(f"/conversations/{conversation.pk}/").context["desk"]
    assert (desk.reopening.possible, desk.reopening.hint) == (False, "Webchat: the time to answer has passed.")
    answer = act(as_ana, conversation, "reopen")
    assert (answer.status_code, answer.json()["code"]) == (422, "window_shut")


def test_a_live_conversation_has_nothing_to_reopen(as_ana, conversation):
    assert as_ana.get(f"/conversations/{conversation.pk}/").context["desk"].reopening is None


def test_when_the_window_is_shut_the_reason_stands_in_the_fields_place(as_ana, conversation):
    open_desk = as_ana.get(f"/conversations/{conversation.pk}/").context["desk"]
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    shut_desk = as_ana.get(f"/conversations/{conversation.pk}/").context["desk"]
    assert (open_desk.obstacle, shut_desk.obstacle) == ("", "Webchat: the time to answer has passed.")


def test_assigning_to_a_teammate_a_team_me_and_nobody(as_ana, ana, ben, sales, support, conversation):
    act(as_ana, conversation, "assign", teammate=ben.pk, team=sales.pk)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee) == (State.ASSIGNED, ben)
    act(as_ana, conversation, "unassign")
    act(as_ana, conversation, "assign", teammate=ana.pk)
    conversation.refresh_from_db()
    assert conversation.assignee == ana
    act(as_ana, conversation, "hand_to", team=support.pk)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.team, conversation.assignee) == (State.OPEN, support, None)


def test_the_drop_down_lists_teams_with_their_teammates_and_loads(as_ana, ana, ben, cara, webchat, conversation):
    make.conversation(webchat, state="assigned", assignee=ben)
    page = page_of(as_ana, f"/conversations/{conversation.pk}/assignees/")
    names = [page.index(f'data-find="{name}"') for name in ("Me Ana", "Nobody", "Sales", "Ben Sales", "Support")]
    assert names == sorted(names)
    assert "1/10" in page


def test_dropping_keeps_its_reason(as_ana, conversation):
    act(as_ana, conversation, "drop", reason="went silent")
    conversation.refresh_from_db()
    assert conversation.state == State.DROPPED
    assert conversation.events.last().data["reason"] == "went silent"


def test_a_verb_that_the_state_forbids_is_refused_in_words(as_ana, ana, conversation):
    conversation.close(by=ana)
    answer = act(as_ana, conversation, "close")
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["label", "reopen"])


def test_without_script_a_refusal_is_a_page(as_ana, ana, conversation):
    conversation.close(by=ana)
    answer = as_ana.post(f"/conversations/{conversation.pk}/close/")
    assert answer.status_code == 409
    assert "That did not work" in answer.content.decode()


def test_without_script_a_verb_leads_back_to_the_conversation(as_ana, conversation):
    answer = as_ana.post(f"/conversations/{conversation.pk}/close/")
    assert (answer.status_code, answer["Location"]) == (302, f"/conversations/{conversation.pk}/")


def test_opening_a_conversation_resets_its_unread_badge(as_ana, conversation):
    assert conversation.unread == 1
    act(as_ana, conversation, "read")
    conversation.refresh_from_db()
    assert conversation.unread == 0


# --- Writing --------------------------------------------------------------------------------------------------------


def test_sending_the_same_client_id_twice_sends_once(as_ana, conversation):
    fields = {"text": "Hello", "client_id": str(uuid.uuid4())}
    assert [act(as_ana, conversation, "send", **fields).status_code for _ in range(2)] == [204, 204]
    assert conversation.messages.from_us().count() == 1


def test_a_note_is_private_and_kept_once(as_ana, conversation):
    fields = {"text": "Careful", "client_id": str(uuid.uuid4())}
    assert [act(as_ana, conversation, "note", **fields).status_code for _ in range(2)] == [204, 204]
    assert [each.private for each in Message.objects.filter(text="Careful")] == [True]


def test_somebody_wrote_meanwhile_and_it_is_sent_anyway(as_ana, webchat, conversation):
    seen = conversation.messages.get().pk
    make.message(webchat, "one more thing", who="visitor-1")
    refused = act(as_ana, conversation, "send", text="Hello", seen=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "somebody_wrote")
    assert act(as_ana, conversation, "send", text="Hello", seen=seen, force="true").status_code == 204


def test_files_go_with_a_caption(as_ana, conversation):
    files = [SimpleUploadedFile("cat.gif", GIF), SimpleUploadedFile("list.txt", b"one\ntwo")]
    assert act(as_ana, conversation, "send", text="Look", file=files).status_code == 204
    message = conversation.messages.from_us().get()
    assert [(file.name, file.is_image) for file in message.attachments.all()] == [
        ("cat.gif", True),
        ("list.txt", False),
    ]


def test_a_file_that_is_no_good_is_refused_in_words(as_ana, conversation):
    page = SimpleUploadedFile("cat.gif", b"<script>alert(1)</script>")
    answer = act(as_ana, conversation, "send", file=page)
    assert (answer.status_code, answer.json()["detail"]) == (415, "cat.gif is of a kind that is not passed on.")
    assert not conversation.messages.from_us().exists()


def test_a_file_that_is_too_large_is_refused_in_words(as_ana, conversation, settings):
    settings.MEDIA_MAX_BYTES = 10
    answer = act(as_ana, conversation, "send", file=SimpleUploadedFile("cat.gif", GIF))
    assert answer.status_code == 413


# --- Files ----------------------------------------------------------------------------------------------------------


def attached(conversation, ana, name="cat.gif", content=GIF, kind="image/gif", width=1):
    file = File(name, content, kind, width=width, height=width)
    return conversation.reply("", by=ana, files=(file,)).message.attachments.get()


def test_a_picture_is_shown_in_place_and_may_do_nothing_else(as_ana, ana, conversation):
    answer = as_ana.get(f"/files/{attached(conversation, ana).uuid}/")
    assert b"".join(answer.streaming_content) == GIF
    assert answer["Content-Type"] == "image/gif"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in answer["Cache-Control"]


def test_any_other_file_is_downloaded(as_ana, ana, conversation):
    file = attached(conversation, ana, "a.txt", b"text", "text/plain", None)
    assert as_ana.get(f"/files/{file.uuid}/")["Content-Disposition"] == 'attachment; filename="a.txt"'


# --- Cara, of another team ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "older/", "news/", "assignees/"])
def test_cara_finds_nothing_where_sales_talks(as_cara, cara, conversation, part):
    assert conversation.team not in cara.teams.all()
    assert as_cara.get(f"/conversations/{conversation.pk}/{part}").status_code == 404


@pytest.mark.parametrize("verb", ["assign", "hand_to", "unassign", "close", "drop", "reopen", "read", "note", "send"])
def test_cara_can_do_nothing_where_sales_talks(as_cara, conversation, verb):
    before = conversation.events.count()
    assert act(as_cara, conversation, verb, text="Hello").status_code == 404
    assert conversation.events.count() == before


def test_cara_does_not_get_a_file_of_sales(as_cara, ana, conversation):
    assert as_cara.get(f"/files/{attached(conversation, ana).uuid}/").status_code == 404


def test_sara_sees_every_team(client, sara, conversation):
    client.force_login(sara)
    page = page_of(client, "/?view=all")
    assert f'id="row-{conversation.pk}"' in page and "Sales" in page


# --- Presence -------------------------------------------------------------------------------------------------------


def test_the_switch_makes_me_away_and_active_again(as_ana, ana):
    for availability in ("away", "active"):
        assert as_ana.post("/presence/", {"availability": availability}, headers=BY_SCRIPT).status_code == 204
        ana.refresh_from_db()
        assert ana.availability == availability


def test_any_other_presence_is_refused(as_ana):
    assert as_ana.post("/presence/", {"availability": "asleep"}, headers=BY_SCRIPT).status_code == 400


# --- Bad input ------------------------------------------------------------------------------------------------------

HUGE = "9" * 30
ODD = [
    "",
    "x",
    "-1",
    "1.5",
    HUGE,
    "\0",
    "٣",
    "2026-01-01T00:00:00_1",
    "2026-13-99T00:00:00+00:00_1",
    f"2026-01-01T00:00:00+00:00_{HUGE}",
]


@pytest.mark.parametrize(
    "address",
    ["/?view={}", "/inbox/more/?after={}", "/inbox/refresh/?rows={}&open=1", "/conversations/1/older/?before={}"],
)
def test_an_odd_address_is_never_a_crash(as_ana, address):
    for odd in ODD:
        assert as_ana.get(address.format(odd)).status_code in (200, 400, 404), odd


@pytest.mark.parametrize("verb", ["assign", "hand_to", "send", "note", "drop", "nonsense"])
def test_odd_fields_are_never_a_crash(as_ana, conversation, verb):
    names = ("teammate", "team", "text", "client_id", "seen", "force", "reason", "file")
    for odd in ODD:
        answer = act(as_ana, conversation, verb, **dict.fromkeys(names, odd))
        assert answer.status_code in (204, 400, 404, 409), odd


def test_a_conversation_of_an_impossible_number_is_not_found(as_ana):
    assert as_ana.get(f"/conversations/{HUGE}/").status_code == 404


# --- What it costs --------------------------------------------------------------------------------------------------


def test_a_list_of_thirty_costs_as_many_queries_as_a_list_of_one(as_ana, ana, webchat):
    make.conversation(webchat, state="assigned", assignee=ana)
    page_of(as_ana, "/?view=all")
    of_one = queries_of(as_ana, "/?view=all")
    for number in range(30):
        make.conversation(webchat, state="assigned" if number % 2 else "open", assignee=ana)
    assert queries_of(as_ana, "/?view=all") == of_one <= 9


def test_a_thread_of_forty_lines_costs_as_many_queries_as_one_of_three(as_ana, ana, ben, webchat, conversation):
    conversation.assign_to(ana, by=ben)
    attached(conversation, ana)
    address = f"/conversations/{conversation.pk}/"
    page_of(as_ana, address, **HTMX)
    of_three = queries_of(as_ana, address, **HTMX)
    for number in range(13):
        make.message(webchat, "Hello?", who="visitor-1")
        attached(conversation, ana)
        conversation.assign_to(ben if number % 2 else ana, by=ben)
    assert queries_of(as_ana, address, **HTMX) == of_three <= 11


def test_the_drop_down_costs_the_same_however_many_there_are(as_ana, sales, support, conversation):
    address = f"/conversations/{conversation.pk}/assignees/"
    page_of(as_ana, address)
    few = queries_of(as_ana, address)
    for number in range(12):
        make.teammate(f"new-{number}", sales, support)
    assert queries_of(as_ana, address) == few
