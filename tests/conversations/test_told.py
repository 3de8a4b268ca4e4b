"""What a browser is to tell: what was heard and is still so, in words, to whoever sees it and wants it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from conversations import told
from conversations.models import Conversation
from teams.models import About, Choice
from tests import make

pytestmark = pytest.mark.once


@pytest.fixture
def mine(webchat, ana) -> Conversation:
    return make.conversation(webchat, state="assigned", assignee=ana, text="Is it in stock?")


@pytest.fixture
def ask(client):
    """What somebody's browser is answered."""

    def of(person, *heard: str):
        client.force_login(person)
        response = client.get("/inbox/notices/", {"heard": ",".join(heard)})
        assert response.status_code == 200
        return response.json()["notices"]

    return of


def test_a_message_is_told_with_its_words_and_its_address(ask, mine, ana):
    assert ask(ana, f"wrote-{mine.pk}") == [
        {
            "tag": f"conversation-{mine.pk}",
            "conversation": mine.pk,
            "title": "Nora Visitor",
            "text": "Is it in stock?",
            "url": f"/conversations/{mine.pk}/?view=mine",
            "browser": True,
            "sound": True,
        }
    ]


def test_nobody_is_told_of_what_they_do_not_see(ask, mine, cara):
    assert not Conversation.objects.visible_to(cara).filter(pk=mine.pk).exists()
    assert ask(cara, *(f"{about}-{mine.pk}" for about in About.values)) == []


def test_nobody_is_told_of_a_colleague_s_messages(ask, mine, ben):
    assert Conversation.objects.visible_to(ben).filter(pk=mine.pk).exists()
    assert ask(ben, *(f"{about}-{mine.pk}" for about in About.values)) == []


def test_what_another_window_has_marked_as_read_is_told_all_the_same(ask, mine, ana):
    mine.mark_read(by=ana)
    assert len(ask(ana, f"wrote-{mine.pk}")) == 1


def test_what_was_answered_meanwhile_is_told_no_more(ask, mine, ana):
    mine.reply("Yes, it is.", by=ana)
    assert ask(ana, f"wrote-{mine.pk}") == []


def test_what_waits_is_told_until_somebody_has_it(ask, webchat, ana, ben):
    row = make.conversation(webchat)
    assert [each["text"] for each in ask(ana, f"waits-{row.pk}")] == ["Waits in Sales: Hello"]
    row.assign_to(ben, by=ben)
    assert ask(ana, f"waits-{row.pk}") == []


def test_who_oversees_a_team_without_being_in_it_is_not_told_of_its_inbox(ask, webchat, sara):
    assert ask(sara, f"waits-{make.conversation(webchat).pk}") == []


def test_a_mention_says_who_and_what(ask, mine, ana, ben):
    mine.note("@ben can you look?", by=ana)
    (notice,) = ask(ben, f"mentioned-{mine.pk}")
    assert (notice["text"], notice["url"]) == ("Ana: @ben can you look?", f"/conversations/{mine.pk}/?view=mentions")


def test_a_failure_says_why_to_whoever_wrote(ask, mine, ana, ben):
    message = mine.reply("On its way", by=ben).message
    type(message).objects.filter(pk=message.pk).update(status="failed", error="The number is wrong.")
    (notice,) = ask(ben, f"failed-{mine.pk}")
    assert notice["text"] == "Your message was not sent: The number is wrong."
    assert ask(ana, f"failed-{mine.pk}") == []


def test_a_window_says_how_long_it_lasts(ask, mine, ana):
    assert ask(ana, f"expires-{mine.pk}") == []
    Conversation.objects.filter(pk=mine.pk).update(window_until=timezone.now() + timedelta(minutes=41, seconds=30))
    assert [each["text"] for each in ask(ana, f"expires-{mine.pk}")] == ["The time to answer ends in 42 minutes."]


def test_what_sleeps_again_is_not_told_as_awake(ask, mine, ana):
    assert [each["text"] for each in ask(ana, f"woke-{mine.pk}")] == ["Awake again: Is it in stock?"]
    mine.snooze(None, by=ana)
    assert ask(ana, f"woke-{mine.pk}") == []


def test_of_several_at_once_the_most_urgent_is_told_once(ask, mine, ana):
    (notice,) = ask(ana, f"wrote-{mine.pk}", f"assigned-{mine.pk}")
    assert notice["text"] == "Assigned to you: Is it in stock?"


def test_many_at_once_are_one(ask, webchat, ana):
    rows = [make.conversation(webchat, state="assigned", assignee=ana) for _ in range(told.MOST + 1)]
    (notice,) = ask(ana, *(f"assigned-{row.pk}" for row in rows))
    assert (notice["title"], notice["url"], notice["conversation"]) == ("News in 5 conversations", "/?view=mine", 0)
    assert len(ask(ana, *(f"assigned-{row.pk}" for row in rows[1:]))) == told.MOST


# --- Choices and quiet hours ------------------------------------------------------------------------------------------


def test_what_is_switched_off_is_not_told_in_that_way(ask, mine, ana):
    Choice.objects.choose({("wrote", "sound"): False}, by=ana)
    (notice,) = ask(ana, f"wrote-{mine.pk}")
    assert (notice["browser"], notice["sound"]) == (True, False)
    Choice.objects.choose({("wrote", "browser"): False}, by=ana)
    assert ask(ana, f"wrote-{mine.pk}") == []


def test_what_is_wanted_is_told_although_something_more_urgent_is_not(ask, mine, ana):
    Choice.objects.choose({("assigned", "sound"): False, ("assigned", "browser"): False}, by=ana)
    (notice,) = ask(ana, f"assigned-{mine.pk}", f"wrote-{mine.pk}")
    assert notice["text"] == "Is it in stock?"


def test_in_quiet_hours_nothing_is_told_and_the_badge_counts_on(ask, client, mine, ana):
    ana.be_quiet(time(), time(), range(7))
    assert ask(ana, f"wrote-{mine.pk}") == []
    assert "<title>(1) Mine" in client.get("/?view=mine").content.decode()
    ana.be_quiet(None, None, range(7))
    assert len(ask(ana, f"wrote-{mine.pk}")) == 1


def test_quiet_hours_go_by_the_person_s_own_clock(mine, ana, settings, monkeypatch):
    asked = {mine.pk: {About.WROTE}}
    ana.time_zone = "Asia/Tokyo"
    ana.be_quiet(time(20), time(7), range(7))
    noon_in_london, evening_in_london = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon_in_london)  # 21:00 in Tokyo
    assert told.notices(ana, asked) == []
    monkeypatch.setattr(timezone, "now", lambda: evening_in_london)  # 8:00 in Tokyo
    assert len(told.notices(ana, asked)) == 1


# --- The door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["wrote", "wrote-x", "wrote-", "nothing-1", ",", "wrote--1", "wrote-1\0"])
def test_what_nobody_can_have_heard_is_refused_in_words(wrong, client, ana):
    client.force_login(ana)
    response = client.get("/inbox/notices/", {"heard": wrong}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["status"]) == (400, 400)


def test_nothing_heard_is_nothing_to_tell(ask, ana):
    assert ask(ana) == []


def test_after_the_log_out_nothing_is_told(client, mine):
    address = f"/inbox/notices/?heard=wrote-{mine.pk}"
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 401
    assert client.get(address).status_code == 302


def test_it_costs_the_same_for_one_and_for_many(client, webchat, ana, django_assert_max_num_queries):
    rows = [make.conversation(webchat, state="assigned", assignee=ana) for _ in range(5)]
    client.force_login(ana)
    for number in (1, 5):
        heard = ",".join(f"{about}-{row.pk}" for row in rows[:number] for about in About.values)
        with django_assert_max_num_queries(8):
            assert client.get("/inbox/notices/", {"heard": heard}).status_code == 200
