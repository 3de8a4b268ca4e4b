"""What is told about a decision of Auto Assign: read off its table, and never different from what was decided."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.balancer.balance import FULL, Member, Skipped, Table, Waiting, deal
from conversations.balancer.why import carries, explain, nobody


def member(number: int, **fields: Any) -> Member:
    ready = {"active": True, "available": True, "connected": True, "load": 0, "capacity": 10}
    return Member(number, **(ready | fields))


def table(*members: Member, waiting: int = 1, passed_over: int | None = None, is_open: bool = True) -> Table:
    rows = [*(Waiting(number) for number in range(1, waiting)), Waiting(waiting, passed_over)]
    return Table(is_open, members, tuple(rows))


def fates(*members: Member, **facts: Any) -> dict[int, str]:
    return {each.member.id: each.fate for each in explain(table(*members, **facts)).candidates}


def test_each_member_has_a_fate_and_those_in_line_come_first():
    people = [
        member(1, available=False),
        member(2, load=FULL),
        member(3),
        member(4, connected=False),
        member(5, load=10 * FULL),
        member(6, load_here=2 * FULL, load=2 * FULL, limit=2),
        member(7, active=False),
        member(8, load=2 * FULL),
    ]
    assert list(fates(*people).items()) == [
        (3, "got it"),
        (2, "next in line"),
        (8, "number 3 in line"),
        (1, "away"),
        (4, "offline"),
        (5, "full"),
        (6, "full in this team"),
        (7, "no longer works here"),
    ]


def test_outside_the_hours_that_is_everybodys_reason():
    assert fates(member(1), member(2, available=False), is_open=False) == dict.fromkeys([1, 2], "outside working hours")


def test_whoever_did_not_answer_is_passed_over():
    assert fates(member(1), member(2, load=FULL), passed_over=1) == {2: "got it", 1: "did not answer in time"}


def test_what_a_member_got_earlier_in_the_same_round_counts():
    found = explain(table(member(1, capacity=1), member(2, load=5 * FULL), waiting=2))
    assert [(each.member.id, each.fate, each.member.load, each.just_got) for each in found.candidates] == [
        (2, "got it", 5 * FULL, False),
        (1, "full", FULL, True),
    ]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ([member(1), member(2, available=False)], "The only one who could take it"),
        ([member(1, load=25), member(2)], "Least to do"),
        ([member(1, idle_since="2026-11-02"), member(2, idle_since="2026-11-01")], "Same load: longest since the last"),
        ([member(1, idle_since="2026-11-02"), member(2)], "Same load: longest since the last one"),
        ([member(1), member(2)], "Same load, same turn: first who joined"),
        ([member(1, connected=False)], ""),
    ],
)
def test_the_tie_break_is_the_first_rule_that_differs(members, told):
    assert explain(table(*members)).tie_break.startswith(told)


def test_who_got_one_a_moment_ago_in_this_round_has_waited_less():
    found = explain(table(member(1), member(2, load=FULL), waiting=2))
    assert (found.candidates[0].member.id, found.tie_break) == (2, "Same load: longest since the last one")


@pytest.mark.parametrize(
    ("members", "facts", "told"),
    [
        ([], {}, "Nobody is in this team."),
        ([member(1, active=False)], {}, "Nobody is in this team."),
        ([member(1, available=False), member(2, available=False, connected=False)], {}, "Everybody is away"),
        ([member(1, connected=False), member(2, active=False)], {}, "Nobody is online"),
        ([member(1, capacity=0), member(2, limit=0)], {}, "Everybody is full"),
        ([member(1)], {"is_open": False}, "Outside working hours, open again Monday 09:00"),
        ([member(1)], {"passed_over": 1}, "Whoever is here did not answer in time"),
        (
            [member(1, available=False), member(2, connected=False), member(3, connected=False), member(4, capacity=0)],
            {},
            "Nobody can take one now: 1 is away, 2 are offline, 1 is full",
        ),
        (
            [member(1), member(2, capacity=0)],
            {"passed_over": 1},
            "Nobody can take one now: 1 is full, 1 did not answer",
        ),
        ([member(1), member(2, available=False)], {}, ""),
    ],
)
def test_that_nobody_can_take_it_is_said_in_words(members, facts, told):
    sentence = nobody(table(*members, **facts), opens="Monday 09:00")
    assert sentence.startswith(told) and bool(sentence) == bool(told)


def test_hours_that_never_begin_again_are_not_promised():
    assert nobody(table(member(1), is_open=False)) == "Outside working hours"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"load": 250}, "2.5 of 10 conversations"),
        ({"load": 250, "load_here": 200, "limit": 4}, "2.5 of 10 conversations, 2 of at most 4 in this team"),
        ({"load": 25, "capacity": 0}, "0.25 conversations, takes none from Auto Assign"),
    ],
)
def test_a_load_is_told_in_conversations(fields, told):
    assert carries(member(1, **fields)) == told


def members_of_any_kind() -> st.SearchStrategy[list[Member]]:
    kinds: Callable[..., st.SearchStrategy[Member]] = st.builds
    loads = st.sampled_from([0, 25, 100, 150, 200, 300])
    one = kinds(
        member,
        st.integers(1, 99),
        active=st.booleans(),
        available=st.booleans(),
        connected=st.booleans(),
        load=loads,
        load_here=loads,
        capacity=st.integers(0, 3),
        limit=st.none() | st.integers(0, 3),
        idle_since=st.sampled_from(["", "2026-11-01", "2026-11-02"]),
    )
    return st.lists(one, max_size=6, unique_by=lambda each: each.id)


@given(members_of_any_kind(), st.integers(1, 8), st.none() | st.integers(1, 99), st.booleans())
def test_the_one_who_is_told_is_the_one_who_was_dealt(members, waiting, passed_over, is_open):
    here = table(*members, waiting=waiting, passed_over=passed_over, is_open=is_open)
    line, dealt = explain(here).line, deal(here)[-1]
    assert (line[0].member.id if line else None) == dealt.teammate
    assert not line or line[0].member.load == dealt.load
    assert all(each.hurdle in (*Skipped, None) for each in explain(here).candidates)
    assert bool(nobody(here)) == (dealt.teammate is None)
