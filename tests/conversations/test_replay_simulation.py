"""The simulation itself: pure, and bound by the balancer's promises whatever is recorded."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.balancer.balance import FULL
from conversations.replay.figures import figures, gini, percentile
from conversations.replay.reading import MOST
from conversations.replay.recording import Coming, Person, Recording, Settings, Spell
from conversations.replay.simulation import Outcome, Play
from conversations.replay.spells import Line, Reader

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
END = START + timedelta(hours=8)
MINUTE = timedelta(minutes=1)
TODAY = Settings(quiet_weight=25)

minutes = st.integers(0, 600).map(lambda number: number * MINUTE)
lengths = st.integers(0, 90).map(lambda number: number * MINUTE)


@st.composite
def spells(draw, conversation: int) -> Spell:
    came = START - 2 * 60 * MINUTE + draw(minutes)
    if draw(st.booleans()):
        return Spell(conversation, came, free=True, lasted=draw(st.none() | lengths), priority=draw(st.integers(1, 4)))
    taken = came + draw(lengths)
    quiet = draw(st.sampled_from([(), ((10 * MINUTE, 30 * MINUTE),), ((MINUTE, MINUTE * 10**6),)]))
    auto = draw(st.booleans())
    return Spell(
        conversation,
        came if auto else taken,
        free=auto and taken >= START,
        taken=taken,
        by=draw(st.integers(1, 3)),
        auto=auto,
        lasted=draw(st.none() | lengths),
        quiet=quiet,
        since=draw(st.none() | st.just(came)),
    )


@st.composite
def recordings(draw) -> Recording:
    people = [
        Person(number, f"Person {number}", True, True, draw(st.integers(0, 4)), connected=draw(st.booleans()))
        for number in (1, 2, 3)
    ]
    whats = st.sampled_from(["active", "away", "connected", "vanished"])
    comings = draw(st.lists(st.builds(Coming, minutes.map(START.__add__), st.integers(1, 3), whats), max_size=20))
    return Recording(START, END, [draw(spells(number)) for number in range(draw(st.integers(0, 25)))], people, comings)


class Watched(Play):
    """Notes what each had after being given something."""

    def take(self, spell: Spell, teammate: int) -> None:
        super().take(spell, teammate)
        if spell.free:
            self.loads = [*getattr(self, "loads", []), self.seats[teammate].member.load]


def plain(outcome: Outcome) -> tuple:
    return outcome.choices, outcome.waiting, {number: seat.member for number, seat in outcome.seats.items()}


@given(recordings(), st.integers(0, 100))
def test_the_same_recording_and_settings_give_the_same_answer(recording: Recording, weight: int) -> None:
    settings = Settings(quiet_weight=weight, capacity=2)
    assert plain(Play(recording, settings).run()) == plain(Play(recording, settings).run())


@given(recordings())
def test_everything_free_is_given_once_or_still_waits(recording: Recording) -> None:
    outcome = Play(recording, TODAY).run()
    met = [choice.conversation for choice in outcome.choices] + [spell.conversation for spell in outcome.waiting]
    came = [spell.conversation for spell in recording.spells if spell.free and spell.came < END]
    assert sorted(met) == sorted(came)


@given(recordings(), st.integers(0, 3))
def test_nobody_is_ever_given_more_than_fits(recording: Recording, capacity: int) -> None:
    play = Watched(recording, Settings(quiet_weight=FULL, capacity=capacity))
    play.run()
    assert all(load <= capacity * FULL for load in getattr(play, "loads", []))


@given(recordings())
def test_whoever_is_left_out_gets_nothing(recording: Recording) -> None:
    outcome = Play(recording, Settings(quiet_weight=25, left_out=frozenset({2}))).run()
    assert 2 not in {choice.teammate for choice in outcome.choices} | set(outcome.seats)


@given(recordings())
def test_what_really_happened_is_played_as_it_was(recording: Recording) -> None:
    outcome = Play(recording, TODAY, deals=False).run()
    really = [
        (spell.taken, spell.conversation, spell.by)
        for spell in recording.spells
        if spell.free and spell.taken is not None and spell.taken < END
    ]
    assert sorted((choice.at, choice.conversation, choice.teammate) for choice in outcome.choices) == sorted(really)


@st.composite
def lives(draw, conversation: int) -> list[Spell]:
    """A conversation's events, read: many in one instant, and by a clock that is set back now and then."""
    places = [("open", 7, None), ("assigned", 7, 1), ("assigned", 7, 2), ("open", 8, None), ("closed", 7, 1)]
    lines, at = [Line(START, "start", "open", 7, None)], START
    for state, team, assignee in draw(st.lists(st.sampled_from(places), max_size=12)):
        at += draw(st.integers(-1, 3)) * MINUTE
        auto = assignee is not None and lines[-1].assignee is None and draw(st.booleans())
        because = draw(st.sampled_from(["", "silent"]))
        lines.append(Line(at, "assign", state, team, assignee, auto=auto, because=because))
    return list(Reader(7, START, 10 * MINUTE).spells(conversation, 2, lines))


@given(st.integers(1, 6).flatmap(lambda number: st.tuples(*map(lives, range(number)))), st.integers(0, 3))
def test_whatever_a_conversation_went_through_it_is_never_in_two_places(told, capacity: int) -> None:
    spells = [spell for life in told for spell in life]
    people = [person(1, capacity=capacity), person(2, capacity=capacity)]
    recording = Recording(START, END, spells, people, [])

    for deals in (True, False):
        play = Play(recording, Settings(quiet_weight=FULL), deals=deals)
        outcome = play.run()
        assert len(play.line) == len(outcome.waiting)
        held = [number for number, hold in play.holds.items() if not hold.over]
        assert not {spell.conversation for spell in outcome.waiting} & set(held)
        assert sum(seat.holds for seat in outcome.seats.values()) == len(held)


def person(number: int, **fields) -> Person:
    return Person(number, f"Person {number}", True, True, **({"capacity": 1, "connected": True} | fields))


def free(number: int, minute: int, lasted: int) -> Spell:
    return Spell(number, START + minute * MINUTE, free=True, lasted=lasted * MINUTE)


def test_who_has_no_room_lets_customers_wait_until_the_first_is_done() -> None:
    recording = Recording(START, END, [free(1, 0, 30), free(2, 10, 30)], [person(1)], [])

    one, two = Play(recording, TODAY).run().choices
    assert (one.waited, two.waited) == (timedelta(0), 20 * MINUTE)
    wide = Play(recording, Settings(quiet_weight=25, capacity=2)).run()
    assert [choice.waited for choice in wide.choices] == [timedelta(0)] * 2


def test_time_is_counted_while_somebody_is_ready() -> None:
    away = Coming(START + 4 * 60 * MINUTE, 1, "away")
    recording = Recording(START, END, [free(1, 0, 60), free(2, 0, 120)], [person(1, capacity=5)], [away])

    found = figures(Play(recording, TODAY).run(), lambda at: at)
    share = found.shares[1]
    assert (share.got, share.hours, share.per_hour, share.busy, share.load) == (2, 4.0, 0.5, 0.5, 0.75)


def test_one_that_was_silent_is_passed_over_for_whoever_had_it_in_the_play() -> None:
    back = START + 30 * MINUTE
    first = Spell(1, START, free=True, lasted=30 * MINUTE, until=back)
    again = Spell(1, back, free=True, lasted=30 * MINUTE, passed_over=2)
    recording = Recording(START, END, [first, again], [person(1), person(2)], [])

    assert [choice.teammate for choice in Play(recording, TODAY).run().choices] == [1, 2]


@pytest.mark.parametrize(
    ("values", "share"), [([1, 1, 1], 0.0), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25), ([], None), ([0], None)]
)
def test_gini(values: list[float], share: float | None) -> None:
    assert gini(values) == (None if share is None else pytest.approx(share))


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_gini_lies_between_all_the_same_and_one_has_everything(values: list[float]) -> None:
    found = gini(values)
    assert found is None or -1e-9 <= found < 1


def test_percentiles_are_values_that_occurred() -> None:
    assert [percentile([1, 2, 3, 4, 10], percent) for percent in (50, 90, 100)] == [3, 10, 10]
    assert percentile([7], 50) == 7
    assert percentile([], 50) is None


def test_the_largest_period_is_played_in_a_few_seconds() -> None:
    """Twice what forty people can do, so that the line gets long."""
    people = [person(number, capacity=8) for number in range(1, 41)]
    busy = [free(number, number * 480 // MOST, 240) for number in range(MOST)]
    begun = time.process_time()
    outcome = Play(Recording(START, END, busy, people, []), TODAY).run()
    assert len(outcome.choices) + len(outcome.waiting) == MOST
    assert time.process_time() - begun < 5
