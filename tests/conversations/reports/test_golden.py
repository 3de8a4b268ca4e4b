"""What each figure says of small histories, worked out by hand. All times are of 2026, by UTC unless said otherwise."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversations.models import Label
from conversations.reports import online
from conversations.reports.periods import Period
from conversations.reports.question import By
from conversations.reports.tally import rounded
from teams import presence
from tests import make
from tests.conversations.reports.conftest import measured, numbers

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = 60, 3600, 86400
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def month_long(webchat):
    """A channel on which one may answer and reopen for a month."""
    webchat.window = timedelta(days=31)
    webchat.save()
    return webchat


def says(webchat, who: str = "visitor-1"):
    return make.message(webchat, who=who).conversation


def bot(row, flow: str = "Menu") -> None:
    row.send_flow(flow, by=None)


# --- First response, waiting, resolution, handling --------------------------------------------------------------------


def test_one_conversation_from_question_to_close(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    at("11-02 09:05")
    row.pick_up(by=ana)
    at("11-02 09:10")
    row.reply("Hello", by=ana)
    at("11-02 09:40")
    says(webchat)
    at("11-02 10:00")
    row.reply("So it is", by=ana)
    at("11-02 11:00")
    row.close(by=ana)
    measured()

    response, resolution = numbers("response"), numbers("resolution")
    assert response["first_response_mean"] == 10 * MINUTE
    assert response["waiting_mean"] == (10 + 20) * MINUTE
    assert resolution["resolution_mean"] == 2 * HOUR
    assert resolution["handling_mean"] == HOUR + 55 * MINUTE
    assert (resolution["closed"], resolution["closed_rate"], resolution["bounced"]) == (1, 1.0, 0.0)
    assert numbers("volume")["started"] == numbers("volume")["assigned"] == 1


def test_median_and_ninetieth_are_of_the_nearest_rank(at, webchat, ana):
    for number in range(1, 11):
        at("11-02 09:00")
        row = says(webchat, f"visitor-{number}")
        at(f"11-02 09:{number:02}")
        row.reply("Hello", by=ana)
    measured()

    response = numbers("response")
    assert response["first_response_p50"] == rounded(5 * MINUTE)
    assert response["first_response_p90"] == rounded(9 * MINUTE)
    assert response["first_response_mean"] == 5.5 * MINUTE


def test_montys_own_words_and_notes_answer_nobody(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    at("11-02 09:01")
    row.reply("We are away", by=None)
    row.note("Look at this", by=ana)
    measured()

    assert numbers("response")["first_responses"] == 0


def test_what_was_snoozed_or_in_an_inbox_is_nobodys_handling(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    row.assign_to(ana, by=None)
    at("11-02 10:00")
    row.reply("I will look into it", by=ana)
    row.snooze(None, by=ana)
    at("11-03 10:00")
    row.wake(by=ana)
    at("11-03 10:30")
    row.unassign(by=ana)
    at("11-03 12:00")
    row.close(by=ana)
    measured()

    assert numbers("resolution")["handling_mean"] == HOUR + 30 * MINUTE


def test_a_wait_that_the_end_cuts_off_is_of_whoever_ended_it(at, webchat, ana, ben):
    at("11-02 09:00")
    row = says(webchat)
    at("11-02 09:15")
    row.reply("Hello", by=ana)
    says(webchat)
    at("11-02 09:35")
    row.close(by=ben)
    measured()

    rows = numbers("response", by=By.TEAMMATE)
    assert (rows[ana.pk]["waiting_mean"], rows[ben.pk]["waiting_mean"]) == (15 * MINUTE, 20 * MINUTE)
    assert numbers("response")["waiting_mean"] == 35 * MINUTE


# --- Reopening --------------------------------------------------------------------------------------------------------


def test_a_reopening_after_three_weeks_is_an_episode_of_its_own(at, month_long, ana, ben):
    at("11-02 09:00")
    row = says(month_long)
    at("11-02 10:00")
    row.close(by=ana)
    at("11-23 09:00")
    row.reopen(by=ben)
    at("11-23 09:20")
    row.reply("One more thing", by=ben)
    at("11-23 11:00")
    row.close(by=ben)
    measured()

    resolution = numbers("resolution")
    assert (resolution["closed"], resolution["resolution_mean"]) == (2, 1.5 * HOUR)
    assert resolution["bounced"] == 0.0
    rows = numbers("resolution", by=By.TEAMMATE)
    assert (rows[ana.pk]["resolution_mean"], rows[ben.pk]["resolution_mean"]) == (HOUR, 2 * HOUR)
    assert numbers("response")["first_response_mean"] == 20 * MINUTE
    assert numbers("volume")["started"] == 2


def test_a_close_that_came_back_within_a_day_is_told_of_its_closer(at, webchat, ana, ben):
    for who, back in (("nora", "11-03 09:59"), ("omar", "11-03 10:00")):
        at("11-02 09:30")
        row = says(webchat, who)
        at("11-02 10:00")
        row.close(by=ana)
        at(back)
        says(webchat, who)
    at("11-02 10:00")
    says(webchat, "pia").close(by=ben)
    measured()

    rows = numbers("resolution", by=By.TEAMMATE)
    assert (rows[ana.pk]["bounced"], rows[ben.pk]["bounced"]) == (0.5, 0.0)


def test_what_is_undone_never_was(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    row.assign_to(ana, by=ana)
    at("11-02 09:30")
    event = row.close(by=ana)
    at("11-02 09:30:05")
    row.undo(event, by=ana)
    at("11-02 10:00")
    row.reply("There you are", by=ana)
    row.close(by=ana)
    measured()

    resolution = numbers("resolution")
    assert (resolution["closed"], resolution["resolution_mean"], resolution["handling_mean"]) == (1, HOUR, HOUR)
    assert numbers("response")["waiting_mean"] == HOUR
    assert numbers("volume")["started"] == 1


# --- Bots -------------------------------------------------------------------------------------------------------------


def test_after_a_bot_the_clock_begins_at_its_hand_over(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    bot(row)
    at("11-02 09:30")
    row.hand_over(by=None)
    at("11-02 09:34")
    row.reply("A person!", by=ana)
    at("11-02 10:30")
    row.close(by=ana)
    measured()

    assert numbers("response")["first_response_mean"] == 4 * MINUTE
    assert numbers("response")["waiting_mean"] == 4 * MINUTE
    assert numbers("resolution")["resolution_mean"] == HOUR
    assert (numbers("volume")["started"], numbers("volume")["bot_alone"]) == (1, 0)
    assert numbers("volume", by=By.HOUR)[9]["started"] == 1


def test_what_a_bot_did_alone_is_in_no_other_figure(at, webchat):
    at("11-02 09:00")
    row = says(webchat)
    bot(row)
    at("11-02 09:30")
    row.close(by=None)
    measured()

    volume = numbers("volume")
    assert (volume["started"], volume["closed"], volume["bot_alone"], volume["bot_share"]) == (0, 0, 1, 1.0)
    assert numbers("resolution")["closed_rate"] is None


def test_while_a_bot_has_it_nobody_handles_it_and_nobody_waits_for_people(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    row.pick_up(by=ana)
    at("11-02 10:00")
    row.send_flow("Menu", by=ana)
    at("11-02 12:00")
    row.take_over(by=ana)
    at("11-02 12:30")
    row.reply("Here I am again", by=ana)
    row.close(by=ana)
    measured()

    assert numbers("resolution")["handling_mean"] == 1.5 * HOUR
    assert numbers("response")["waiting_mean"] == 1.5 * HOUR
    assert numbers("response")["first_response_mean"] == 3.5 * HOUR


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_after_a_transfer_each_is_credited_with_what_they_did(at, webchat, support, ana, cara):
    at("11-02 09:00")
    row = says(webchat)
    row.assign_to(ana, by=None)
    at("11-02 09:10")
    row.reply("One moment", by=ana)
    at("11-02 10:00")
    row.assign_to(cara, by=ana, team=support)
    says(webchat)
    at("11-02 10:30")
    row.reply("Done", by=cara)
    at("11-02 11:00")
    row.close(by=cara)
    measured()

    response, resolution = numbers("response", by=By.TEAMMATE), numbers("resolution", by=By.TEAMMATE)
    assert response[ana.pk]["first_response_mean"] == 10 * MINUTE
    assert response[cara.pk]["first_responses"] == 0
    assert (response[ana.pk]["waiting_mean"], response[cara.pk]["waiting_mean"]) == (10 * MINUTE, 30 * MINUTE)
    assert (resolution[ana.pk]["handling_mean"], resolution[cara.pk]["handling_mean"]) == (HOUR, HOUR)
    assert (resolution[ana.pk]["closed"], resolution[cara.pk]["closed"]) == (0, 1)
    # The episode belongs to the team in whose inbox it was last.
    assert set(numbers("resolution", by=By.TEAM)) == {support.pk}


def test_rows_by_channel_label_day_and_hour_say_the_same_of_their_parts(at, webchat, sales, ana):
    other = make.channel("webchat", sales)
    Label.objects.create(name="Refund")
    for on, day in ((webchat, "11-02"), (other, "11-03")):
        at(f"{day} 09:00")
        row = says(on)
        row.label(["Refund"] if on == other else [], by=ana)
        at(f"{day} 14:00")
        row.close(by=ana)
    measured()

    label = Label.objects.get().pk
    assert [each["closed"] for each in numbers("resolution", by=By.CHANNEL).values()] == [1, 1]
    assert numbers("resolution", by=By.LABEL)[label]["closed"] == 1
    days = Period(date(2026, 11, 1), date(2026, 11, 4))
    by_day = numbers("volume", by=By.DAY, period=days)
    assert [by_day[day]["closed"] for day in days.each_day()] == [0, 1, 1, 0]
    hours = numbers("volume", by=By.HOUR)
    assert (hours[9]["started"], hours[14]["closed"], hours[9]["closed"]) == (2, 2, 0)
    assert numbers("resolution", label=label)["closed"] == numbers("resolution", channel=other.pk)["closed"] == 1
    assert numbers("volume", teammate=ana.pk)["closed"] == 2


# --- The closed rate, both ways ---------------------------------------------------------------------------------------


def test_the_closed_rate_is_of_what_started_and_the_flow_of_what_was_there(at, webchat, ana):
    at("10-30 09:00")
    early, never = says(webchat, "early"), says(webchat, "never")
    at("11-02 09:00")
    quick, late, dropped, still = (says(webchat, who) for who in ("quick", "late", "dropped", "still"))
    at("11-02 10:00")
    quick.close(by=ana)
    early.close(by=ana)
    dropped.drop(by=ana)
    at("11-08 10:00")
    late.close(by=ana)
    measured()

    week = Period(date(2026, 11, 2), date(2026, 11, 7))
    found = numbers("resolution", period=week)
    assert found["closed_rate"] == 1 / 4
    assert found["closed_flow"] == 2 / (2 + 4)
    longer = numbers("resolution", period=Period(date(2026, 11, 2), date(2026, 11, 8)))
    assert longer["closed_rate"] == 2 / 4
    assert (never.is_live, still.is_live) == (True, True)


# --- Drops ------------------------------------------------------------------------------------------------------------


def test_drops_come_backs_and_wrong_drops(at, webchat, ana):
    at("11-02 09:00")
    silent, waiting, returns = (says(webchat, who) for who in ("silent", "waiting", "returns"))
    at("11-02 10:00")
    for row in (silent, returns):
        row.reply("Are you there?", by=ana)
    at("11-02 18:00")
    for row in (silent, waiting, returns):
        row.drop(by=ana)
    at("11-03 09:00")
    says(webchat, "returns").close(by=ana)
    measured()

    drops = numbers("drops")
    assert (drops["dropped"], drops["wrongly_dropped"], drops["came_back"]) == (3, 1, 1)
    assert (drops["drop_rate"], drops["came_back_rate"], drops["wrong_rate"]) == (3 / 4, 1 / 3, 1 / 3)


def test_blocking_a_customer_is_no_drop(at, webchat, ana):
    at("11-02 09:00")
    says(webchat).block(by=ana)
    measured()

    assert (numbers("drops")["dropped"], numbers("volume")["started"]) == (0, 1)


def test_a_rating_is_of_whoever_had_it_last(at, webchat, ana):
    at("11-02 09:00")
    row = says(webchat)
    row.assign_to(ana, by=ana)
    row.close(by=ana)
    row.rate(2, by=None)
    row.rate(4, by=None)
    measured()

    assert numbers("resolution", by=By.TEAMMATE)[ana.pk]["rating"] == 4.0


# --- Clocks -----------------------------------------------------------------------------------------------------------


def test_within_working_hours_the_night_does_not_count(at, month_long, sales, ana):
    sales.schedule = make.schedule({day: (time(9), time(17)) for day in range(5)})
    sales.save()
    at("11-06 16:00")  # A Friday.
    row = says(month_long)
    at("11-09 10:00")
    row.reply("Good morning", by=ana)
    measured()

    assert numbers("response")["first_response_mean"] == 66 * HOUR
    assert numbers("response", open_hours=True)["first_response_mean"] == 2 * HOUR


def test_a_day_on_which_the_clock_is_changed_has_its_own_length(at, settings, month_long, sales, ana):
    settings.TIME_ZONE = "Europe/Berlin"
    around_the_clock = {day: (time(0), time(0)) for day in range(7)}
    sales.schedule = make.schedule(around_the_clock, "Europe/Berlin")
    sales.save()
    at("10-24 12:00", BERLIN)
    row = says(month_long)
    at("10-25 12:00", BERLIN)
    row.reply("It is winter", by=ana)
    at("10-25 23:30", BERLIN)
    row.close(by=ana)
    measured()

    assert numbers("response")["first_response_mean"] == 25 * HOUR
    assert numbers("response", open_hours=True)["first_response_mean"] == 25 * HOUR
    sunday = Period(date(2026, 10, 25), date(2026, 10, 25))
    assert numbers("resolution", period=sunday)["resolution_mean"] == 36.5 * HOUR
    assert numbers("volume", by=By.HOUR, period=sunday)[23]["closed"] == 1


def test_the_night_with_an_hour_twice_is_open_twice(at, settings, month_long, sales, ana):
    settings.TIME_ZONE = "Europe/Berlin"
    sales.schedule = make.schedule({6: (time(1), time(4))}, "Europe/Berlin")
    sales.save()
    at("10-24 12:00", BERLIN)
    row = says(month_long)
    at("10-25 12:00", BERLIN)
    row.reply("It is winter", by=ana)
    measured()

    assert numbers("response", open_hours=True)["first_response_mean"] == 4 * HOUR


# --- Load -------------------------------------------------------------------------------------------------------------


def test_load_hours_online_and_fairness(at, webchat, ana, ben):
    at("11-02 08:00")
    for person in (ana, ben):
        presence.choose(person, "away", by=person)
        presence.choose(person, "active", by=person)
        presence.seen(person)
    for number in range(4):
        row = says(webchat, f"visitor-{number}")
        row.assign_to(ana if number < 3 else ben, by=None)
        at(f"11-02 {9 + number:02}:00")
        row.close(by=ana)
    at("11-02 12:00")
    presence.choose(ana, "away", by=ana)
    at("11-02 16:00")
    presence.choose(ben, "away", by=ben)
    online.count_online()
    measured()

    rows, whole = numbers("load", by=By.TEAMMATE), numbers("load")
    assert (rows[ana.pk]["online"], rows[ben.pk]["online"], whole["online"]) == (4.0, 8.0, 12.0)
    assert (rows[ana.pk]["assigned"], rows[ana.pk]["per_hour"]) == (3, 3 / 4)
    assert (rows[ana.pk]["handled"], rows[ana.pk]["load"]) == (3.0, 3 / 4)
    # Rates of 3/4 and 1/8: Gini of two is half of their difference by their sum.
    assert whole["unfairness"] == pytest.approx((3 / 4 - 1 / 8) / (3 / 4 + 1 / 8) / 2, abs=1e-6)


def test_a_night_shift_is_cut_at_midnight(at, ana):
    at("11-02 22:00")
    presence.choose(ana, "away", by=ana)
    presence.choose(ana, "active", by=ana)
    presence.seen(ana)
    at("11-03 06:00")
    presence.choose(ana, "away", by=ana)
    online.count_online()
    online.count_online()

    days = numbers("load", by=By.DAY, period=Period(date(2026, 11, 2), date(2026, 11, 3)))
    assert [days[key]["online"] for key in sorted(days)] == [2.0, 6.0]
