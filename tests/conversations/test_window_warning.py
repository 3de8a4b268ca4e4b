"""“Expiring soon”: told once, an hour before a window ends, wherever somebody still may have something to say."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from channels_app import live
from conversations import tasks
from conversations.inbox.listing import PAGE
from conversations.models import Conversation
from tests import make
from tests.rest import Program, is_problem

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def left(row: Conversation, span: timedelta) -> Conversation:
    """This much of its window (48 h) is left."""
    return make.long_ago(row, timezone.now() - timedelta(hours=48) + span)


def warnings(row: Conversation) -> int:
    return row.events.filter(verb="warn_of_window").count()


@pytest.fixture
def urgent(conversation):
    return left(conversation, timedelta(minutes=42))


# --- When -----------------------------------------------------------------------------------------------------------


def test_a_window_that_ends_within_the_hour_is_told_once(urgent):
    tasks.warn_of_windows()
    tasks.warn_of_windows()

    assert warnings(urgent) == 1
    urgent.refresh_from_db()
    assert urgent.window_warned


def test_one_that_runs_longer_is_not(conversation):
    left(conversation, HOUR + timedelta(minutes=1))
    tasks.warn_of_windows()
    assert warnings(conversation) == 0


def test_one_that_has_ended_is_not(conversation):
    left(conversation, -SECOND)
    tasks.warn_of_windows()
    assert warnings(conversation) == 0


@pytest.mark.parametrize("end", ["close", "drop"])
def test_nobody_is_told_of_a_conversation_that_has_ended(urgent, ana, end):
    getattr(urgent, end)(by=ana)
    tasks.warn_of_windows()
    assert warnings(urgent) == 0


def test_it_is_told_although_we_spoke_last(urgent, ana):
    """What was promised ("I will ask and come back") can be kept until then, and not afterwards."""
    urgent.reply("I will ask and come back", by=ana)
    assert urgent.waiting_since is None
    tasks.warn_of_windows()
    assert warnings(urgent) == 1


def test_how_long_before_is_a_setting(urgent, settings):
    settings.EXPIRING_SOON = timedelta(minutes=30)
    tasks.warn_of_windows()
    assert warnings(urgent) == 0
    settings.EXPIRING_SOON = timedelta(minutes=45)
    tasks.warn_of_windows()
    assert warnings(urgent) == 1


def test_it_is_told_again_after_the_customer_wrote_again(webchat, urgent):
    tasks.warn_of_windows()
    make.message(webchat, who="visitor-1")
    urgent.refresh_from_db()
    assert not urgent.window_warned
    left(urgent, timedelta(minutes=5))

    tasks.warn_of_windows()

    assert warnings(urgent) == 2


def test_an_older_message_that_was_held_up_does_not_make_it_told_again(webchat, urgent):
    tasks.warn_of_windows()
    make.message(webchat, who="visitor-1", at=urgent.inquiry_at - HOUR)
    tasks.warn_of_windows()
    assert warnings(urgent) == 1


def test_it_is_told_again_when_the_channels_window_was_made_longer_meanwhile(
    webchat, urgent, worker, django_capture_on_commit_callbacks
):
    tasks.warn_of_windows()
    with django_capture_on_commit_callbacks(execute=True):
        webchat.window = timedelta(hours=72)
        webchat.save()
    urgent.refresh_from_db()
    assert not urgent.window_warned
    with time_machine.travel(urgent.window_until - timedelta(minutes=10)):
        tasks.warn_of_windows()
    assert warnings(urgent) == 2


def test_open_pages_hear_of_it(urgent, sales, ears, django_capture_on_commit_callbacks):
    ear = ears.listen(live.team(sales.pk))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.warn_of_windows()
    assert [(frame["verb"], frame["conversation"]) for frame in ears.heard(ear)] == [("warn_of_window", urgent.pk)]


def test_the_customer_hears_nothing_of_it(urgent, webchat, ears, django_capture_on_commit_callbacks):
    ear = ears.listen(live.visitor(urgent.identity.external_id, webchat.pk))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.warn_of_windows()
    assert ears.heard(ear) == []


# --- Where it is seen -----------------------------------------------------------------------------------------------


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.mark.once
def test_the_inbox_expiring_soon_holds_what_ends_first_at_its_top(as_ana, webchat, support):
    later = left(make.conversation(webchat), timedelta(minutes=50))
    sooner = left(make.conversation(webchat), timedelta(minutes=10))
    left(make.conversation(webchat), 3 * HOUR)
    left(make.conversation(make.channel("webchat", support)), timedelta(minutes=10))

    context = as_ana.get("/?view=expiring").context

    assert context["page"].conversations == [sooner, later]
    assert context["counts"]["expiring"] == 2


@pytest.mark.once
def test_it_is_read_on_where_its_page_ended(as_ana, webchat):
    rows = [left(make.conversation(webchat), timedelta(minutes=5 + number * 7 % 50)) for number in range(PAGE + 3)]
    seen, key = [], ""
    while True:
        page = as_ana.get("/inbox/more/", {"view": "expiring", "after": key}).context["page"]
        seen += page.conversations
        key = page.more
        if not key:
            break
    assert seen == sorted(rows, key=lambda row: row.window_until)


@pytest.mark.once
def test_row_and_head_say_how_much_is_left(as_ana, urgent):
    page = as_ana.get(f"/conversations/{urgent.pk}/?view=all").content.decode()
    row = page.split("row-countdown is-soon")[1].partition("</span></span>")[0]
    assert "Expiring soon" in row
    assert "42 min" in page
    assert "Expiring soon: 42 min" in page.split("head-window is-soon")[1]


@pytest.mark.once
def test_they_are_quiet_while_more_is_left(as_ana, conversation):
    left(conversation, 2 * HOUR)
    page = as_ana.get(f"/conversations/{conversation.pk}/?view=all").content.decode()
    assert "row-countdown" in page
    assert "is-soon" not in page


@pytest.mark.once
def test_in_its_last_seconds_no_minute_has_passed_yet(as_ana, conversation):
    left(conversation, timedelta(seconds=20))
    assert "Expiring soon: 1 min" in as_ana.get(f"/conversations/{conversation.pk}/").content.decode()


@pytest.mark.once
def test_rest_tells_those_from_the_others(ana, webchat, urgent):
    calm, never = make.conversation(webchat), make.conversation(webchat)
    Conversation.objects.filter(pk=never.pk).update(window_until=None, inquiry_at=None)
    program = Program(ana)

    assert program.ids("conversations", expiring="true") == [urgent.pk]
    assert set(program.ids("conversations", expiring="false")) == {calm.pk, never.pk}
    assert is_problem(program.get("conversations", expiring="perhaps"), 400, "invalid")


# --- The page's own clock -------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "age", "changes"),
    [
        ("webchat", 47, HOUR),
        ("facebook", 23, HOUR),
        ("facebook", 25, timedelta(hours=7 * 24 - 25)),
        ("whatsapp", 20, 4 * HOUR),
    ],
)
def test_the_page_knows_when_less_will_be_possible(as_ana, sales, kind, age, changes):
    with time_machine.travel(timezone.now(), tick=False):
        row = make.conversation(make.channel(kind, sales))
        make.long_ago(row, timezone.now() - timedelta(hours=age))
        page = as_ana.get(f"/conversations/{row.pk}/").content.decode()
    assert f'data-changes-in="{changes // timedelta(milliseconds=1) + 1}"' in page


@pytest.mark.once
def test_after_the_end_it_waits_for_nothing(as_ana, conversation):
    left(conversation, -SECOND)
    assert "data-changes-in" not in as_ana.get(f"/conversations/{conversation.pk}/").content.decode()


@pytest.mark.once
def test_asked_in_that_moment_reopen_is_grey_although_no_sweep_has_come(as_ana, conversation, ana):
    conversation.close(by=ana)
    row = Conversation.objects.get(pk=conversation.pk)
    assert isinstance(row.window_until, datetime)
    with time_machine.travel(row.window_until, tick=False):
        page = as_ana.get(f"/conversations/{row.pk}/news/?after=0").content.decode()
    assert "disabled" in page.split('id="reopen"')[1].partition(">")[0]


@pytest.mark.once
def test_when_only_a_person_may_write_the_composer_says_so(as_ana, sales):
    row = make.conversation(make.channel("facebook", sales))
    assert 'id="rule" hidden' in as_ana.get(f"/conversations/{row.pk}/").content.decode()
    make.long_ago(row, timezone.now() - timedelta(hours=25))
    rule = as_ana.get(f"/conversations/{row.pk}/").content.decode().split('id="rule"')[1]
    assert not rule.startswith(" hidden")
    assert "only a person may write now" in rule.partition("</p>")[0]
