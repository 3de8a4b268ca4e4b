"""Conversations from a file: earlier ones to be read and found, which nobody is told of and no report counts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app import live
from conversations import events, tasks
from conversations.models import (
    Attempt,
    Conversation,
    Episode,
    Event,
    Fact,
    Identity,
    Import,
    Label,
    Message,
    Meter,
    Stale,
)
from conversations.reports import measuring
from conversations.words import parsed
from monty.errors import Overtaken, VerbNotAllowed, WindowShut
from teams import roles
from tests import make
from tests.deaths import dies_at
from tests.importing import HEAD, bring, carried_out, counts, problems

ONE = HEAD + (
    "c1;m1;contact;Where is my teapot?;2024-05-02T10:00:00Z;psid-1;Nora;Support;ana;vip, late;\n"
    "c1;m2;teammate;On its way;2024-05-02T10:05:00Z;;;;;;Jane\n"
    "c1;m3;note;Sent twice!;2024-05-02T10:06:00Z;;;;;;ana\n"
    "c1;m4;bot;How was it?;2024-05-02T11:00:00Z;;;;;;\n"
)


def many(number: int, first: int = 0) -> str:
    lines = (
        f"c{each};m{each};contact;Hello {each};2024-05-02T10:00:00Z;psid-{each};Nora {each};;;;\n"
        for each in range(first, first + number)
    )
    return HEAD + "".join(lines)


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


@pytest.fixture
def boss(db):
    person = make.teammate("boss")
    roles.give(person, "Admin")
    return person


def history(content, page, boss, **fields) -> Import:
    return bring(content, page, boss, kind="history", **fields)


def test_the_preview_shows_conversations_as_they_will_be(page, boss, ana, support):
    looked = history(ONE, page, boss)
    assert counts(looked) == (1, 0, 0)
    assert looked.sample[0]["cells"][2:] == ["Support", "Ana", "", "4", "Where is my teapot?"]
    assert looked.left_out == {"label": ["late", "vip"]}
    assert not Conversation.objects.exists()


def test_a_conversation_comes_in_closed_with_all_that_was_said(page, boss, ana, support):
    Label.objects.create(name="VIP")
    carried_out(history(ONE, page, boss))
    row = Conversation.objects.get()
    assert (row.state, row.team, row.assignee, row.contact.name) == ("closed", support, ana, "Nora")
    assert [label.name for label in row.labels.all()] == ["VIP"]
    assert (row.started_at, row.last_text, row.unread, row.waiting_since) == (
        *(datetime(2024, 5, 2, 10, tzinfo=UTC), "How was it?", 0, None),
    )
    said = [(each.author_kind, each.author, each.private, each.text) for each in row.messages.order_by("at")]
    assert said == [
        ("contact", None, False, "Where is my teapot?"),
        ("teammate", None, False, "On its way"),
        ("teammate", ana, True, "Sent twice!"),
        ("bot", None, False, "How was it?"),
    ]


def test_it_reads_as_a_thread_with_who_wrote_and_who_brought_it(client, page, boss, ana):
    carried_out(history(ONE, page, boss))
    client.force_login(ana)
    shown = client.get(f"/conversations/{Conversation.objects.get().pk}/").content.decode()
    assert shown.index("Where is my teapot?") < shown.index("Jane") < shown.index("How was it?")
    assert "Boss brought this conversation along" in shown
    assert "This was said before Monty" in shown


def test_it_is_found_by_its_words(page, boss, ana):
    carried_out(history(ONE, page, boss))
    found = Conversation.objects.visible_to(ana).having(parsed("teapot"))
    assert [row.identity.external_id for each in found for row in each] == ["psid-1"]


def test_it_is_seen_by_its_team_alone(page, boss, cara, support):
    carried_out(history(ONE.replace("Support", ""), page, boss))
    assert Conversation.objects.get().team == page.team
    assert not Conversation.objects.visible_to(cara).exists()


def test_the_same_file_again_brings_nothing(page, boss):
    carried_out(history(ONE, page, boss))
    again = carried_out(history(ONE, page, boss))
    assert counts(again) == (0, 1, 0)
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 4)


def test_what_the_channel_has_brought_itself_does_not_come_twice(page, boss):
    live = make.message(page, "Where is my teapot?", who="psid-1", external_id="m1")
    carried_out(history(ONE, page, boss))
    assert Message.objects.filter(external_id="m1").get() == live
    assert Message.objects.count() == 4


def test_nobody_is_told_and_nothing_is_sent(page, boss, ana, ears, worker, django_capture_on_commit_callbacks):
    page.greeted = True
    page.save()
    make.ready(ana)
    heard: list = []
    events.recorded.connect(lambda **said: heard.append(said), weak=False, dispatch_uid="imports")
    sockets = ears.listen(live.EVERYBODY, live.OVERSEERS, live.team(page.team_id), live.person(ana.pk))
    with django_capture_on_commit_callbacks(execute=True):
        carried_out(history(ONE, page, boss))
        tasks.publish_missed()
        tasks.deliver_missed()
        tasks.assign_missed()
        tasks.expire_windows()
    events.recorded.disconnect(dispatch_uid="imports")
    assert heard == []
    assert [frame for frame in ears.heard(sockets) if frame.get("hint") != "presence"] == []
    assert not Attempt.objects.exists()
    assert not mail.outbox
    row = Conversation.objects.get()
    assert (row.bot_asked_at, row.window_until, row.asked_for_person) == (None, None, False)


def test_no_report_counts_it(page, boss, ana):
    carried_out(history(ONE, page, boss))
    Meter.objects.ask_for_all()
    measuring.keep_up()
    assert not Fact.objects.exists()
    assert not Stale.objects.exists()
    assert not Episode.objects.exists()


def test_what_they_write_next_begins_anew_and_leads_back(page, boss):
    carried_out(history(ONE, page, boss))
    old = Conversation.objects.get()
    new = make.message(page, who="psid-1").conversation
    assert (new.state, new.previous) == ("open", old)


def test_it_comes_before_monty_s_own_however_late_it_was_brought(page, boss, ana):
    own = make.conversation(page, who="psid-1", state="closed", assignee=ana)
    carried_out(history(ONE, page, boss))
    assert make.message(page, who="psid-1").conversation == own
    own.refresh_from_db()
    own.close(by=ana)
    own.reopen(by=ana)
    old = Conversation.objects.exclude(pk=own.pk).get()
    with pytest.raises(WindowShut):
        old.reopen(by=ana)
    with pytest.raises(VerbNotAllowed):
        old.block(by=ana)


def test_visitors_see_only_what_was_said_in_monty(webchat, boss):
    carried_out(history(ONE, webchat, boss))
    identity = Identity.objects.get()
    make.message(webchat, "Hello again", who=identity.external_id)
    assert [each.text for each in Message.objects.of_identity(identity).public()] == ["Hello again"]
    newest = Conversation.objects.newest_of(identity)
    assert newest is not None and not newest.import_key


def test_a_conversation_with_a_wrong_line_is_refused_as_a_whole(page, boss):
    text = ONE + "c2;n1;contact;Hi;2024-05-02T10:00:00Z;psid-2;;;;;\nc2;n2;robot;;tomorrow;;;;;;\n"
    done = carried_out(history(text, page, boss))
    assert counts(done) == (1, 0, 1)
    assert problems(done) == [(7, "from"), (7, "text"), (7, "at")]
    assert [number for number, _says in done.refused.get().lines] == [6, 7]


def test_a_json_says_the_same(page, boss, ana, support):
    talk = {
        "id": "c1",
        "contact": {"identifier": "psid-1", "name": "Nora"},
        "team": "support",
        "assignee": "ana",
        "messages": [
            {
                "id": "m1",
                "from": "contact",
                "text": "Look",
                "at": 1714644000,
                "attachments": ["https://x.example/a.png"],
            },
            {"id": "m2", "from": "teammate", "text": "Nice", "at": "2024-05-02T10:05:00Z", "author": "ana"},
        ],
    }
    done = carried_out(history({"conversations": [talk, {**talk, "id": "c2", "messages": [{"id": 1}]}]}, page, boss))
    assert counts(done) == (1, 0, 1)
    assert problems(done) == [(2, "messages.1.from"), (2, "messages.1.text"), (2, "messages.1.at")]
    row = Conversation.objects.get()
    assert (row.team, row.assignee) == (support, ana)
    assert [each.text for each in row.messages.order_by("at")] == ["Look\nhttps://x.example/a.png", "Nice"]


def test_whoever_is_held_to_their_teams_puts_nothing_into_others(page, ana, sales, support):
    roles.give(ana, "Admin", own_teams_only=True)
    done = carried_out(history(ONE, page, ana))
    assert Conversation.objects.get().team == sales
    assert done.left_out["team"] == ["Support"]


def test_an_import_is_carried_out_once(page, boss):
    row = history(ONE, page, boss)
    row.begin()
    with pytest.raises(Overtaken):
        row.begin()
    with pytest.raises(Overtaken):
        row.drop()


def test_a_chunk_that_breaks_leaves_no_half_and_is_done_again(page, boss, monkeypatch, time_machine):
    row = history(many(450), page, boss)
    row.begin()
    whole, calls = Conversation.bring_all, []

    def broken(talks, *, by):
        made = whole(talks, by=by)
        calls.append(len(talks))
        if len(calls) == 2:
            raise RuntimeError
        return made

    monkeypatch.setattr(Conversation, "bring_all", broken)
    with pytest.raises(RuntimeError):
        tasks.bring(row.pk)
    row.refresh_from_db()
    assert Conversation.objects.count() == row.place == row.new == calls[0]
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    tasks.resume_imports()
    row.refresh_from_db()
    assert (row.state, counts(row), Conversation.objects.count()) == ("done", (450, 0, 0), 450)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_s_import_goes_on_where_it_stood(page, boss):
    deaths = 0
    for number in range(1, 400, 9):
        row = history(many(250, first=deaths * 250), page, boss)
        row.begin()
        if not dies_at(number, lambda row=row: tasks.bring(row.pk)):
            break
        deaths += 1
        Import.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(minutes=1))
        tasks.resume_imports()
        row.refresh_from_db()
        assert (row.state, counts(row)) == ("done", (250, 0, 0))
        assert Conversation.objects.count() == Message.objects.count() == deaths * 250
        assert Event.objects.count() == deaths * 500
    assert deaths > 3


def test_many_conversations_cost_few_queries(page, boss):
    def cost(number: int, first: int) -> int:
        row = history(many(number, first), page, boss)
        with CaptureQueriesContext(connection) as captured:
            carried_out(row)
        return len(captured)

    assert cost(12, first=100) == cost(3, first=0)
