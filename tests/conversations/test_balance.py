"""The balancer's choice, a pure function: same table, same deal; nobody idle, nobody above capacity, always fair."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from conversations.balancer.balance import FULL, Deal, Member, Skipped, Table, Waiting, deal, skipped

ANA, BEN, CARA = 1, 2, 3


def member(number: int, **fields) -> Member:
    return Member(
        **({"id": number, "active": True, "available": True, "connected": True} | {"load": 0, "capacity": 10} | fields)
    )


def table(*members: Member, waiting: int = 1, open: bool = True, passed_over: int | None = None) -> Table:
    return Table(open, members, tuple(Waiting(number, passed_over) for number in range(101, 101 + waiting)))


def receivers(dealt: Table) -> list[int | None]:
    return [each.teammate for each in deal(dealt)]


def test_the_least_loaded_comes_first():
    assert deal(table(member(ANA, load=3 * FULL), member(BEN, load=2 * FULL))) == [Deal(101, BEN, 2 * FULL)]


def test_a_quiet_conversation_weighs_less_than_one_that_waits():
    assert receivers(table(member(ANA, load=3 * 25), member(BEN, load=FULL))) == [ANA]


def test_with_equal_load_whoever_got_one_longest_ago_comes_first():
    earlier, later = "2026-03-01T10:00:00+00:00", "2026-03-01T11:00:00+00:00"
    assert receivers(table(member(ANA, idle_since=later), member(BEN, idle_since=earlier))) == [BEN]


def test_whoever_never_got_one_comes_before_all_who_did():
    assert receivers(table(member(ANA, idle_since="2026-03-01T10:00:00+00:00"), member(BEN))) == [BEN]


def test_else_the_lowest_id_comes_first():
    assert receivers(table(member(BEN), member(ANA))) == [ANA]


def test_several_go_round():
    assert receivers(table(member(ANA), member(BEN), member(CARA), waiting=6)) == [ANA, BEN, CARA, ANA, BEN, CARA]


def test_within_a_deal_whose_turn_was_longest_ago_comes_first():
    busy = member(ANA, load=FULL, idle_since="2026-03-01T10:00:00+00:00")
    assert receivers(table(busy, member(BEN), waiting=3)) == [BEN, ANA, BEN]


def test_who_has_no_room_gets_nothing():
    assert receivers(table(member(ANA, capacity=1), member(BEN, capacity=0), waiting=2)) == [ANA, None]


def test_a_fraction_of_room_is_no_room():
    assert receivers(table(member(ANA, capacity=1, load=25))) == [None]


def test_what_a_team_allows_bounds_as_well():
    assert receivers(table(member(ANA, limit=2, load=5 * FULL, load_here=FULL), waiting=2)) == [ANA, None]


def test_who_did_not_answer_is_passed_over():
    assert receivers(table(member(ANA), member(BEN, load=FULL), passed_over=ANA)) == [BEN]


def test_who_did_not_answer_does_not_get_it_again_even_if_alone():
    assert receivers(table(member(ANA), passed_over=ANA)) == [None]


def test_being_passed_over_costs_nobody_their_turn():
    waiting = (Waiting(101, ANA), Waiting(102))
    assert receivers(Table(True, (member(ANA), member(BEN)), waiting)) == [BEN, ANA]


def test_each_hurdle_has_its_name_and_the_first_one_counts():
    ways = {
        Skipped.INACTIVE: {"active": False, "available": False},
        Skipped.AWAY: {"available": False, "connected": False},
        Skipped.OFFLINE: {"connected": False, "capacity": 0},
        Skipped.FULL: {"capacity": 0},
        Skipped.FULL_HERE: {"limit": 0},
    }
    for why, fields in ways.items():
        assert skipped(member(ANA, **fields), open=True) == why
        assert receivers(table(member(ANA, **fields))) == [None]
    assert skipped(member(ANA), open=False) == Skipped.CLOSED
    assert skipped(member(ANA), open=True) is None


def test_outside_the_working_hours_nobody_gets_anything():
    assert receivers(table(member(ANA), open=False)) == [None]


MEMBERS = st.lists(
    st.builds(
        Member,
        id=st.integers(1, 50),
        active=st.booleans(),
        available=st.booleans(),
        connected=st.booleans(),
        load=st.integers(0, 6 * FULL),
        capacity=st.integers(0, 6),
        load_here=st.just(0),
        limit=st.none() | st.integers(0, 4),
        idle_since=st.sampled_from(["", "2026-03-01T10:00:00+00:00", "2026-03-01T11:00:00+00:00"]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)
TABLES = st.builds(
    Table,
    open=st.booleans(),
    members=MEMBERS.map(tuple),
    waiting=st.lists(
        st.builds(Waiting, id=st.integers(), passed_over=st.none() | st.integers(1, 50)),
        max_size=30,
        unique_by=lambda each: each.id,
    ).map(tuple),
)


@given(TABLES)
def test_the_same_table_gives_the_same_deal_in_whatever_order_the_members_sit(dealt):
    turned = replace(dealt, members=dealt.members[::-1])
    assert deal(dealt) == deal(turned) == deal(dealt)


@given(TABLES)
def test_every_conversation_is_decided_once_and_in_order(dealt):
    assert [each.conversation for each in deal(dealt)] == [each.id for each in dealt.waiting]


@given(TABLES)
def test_nobody_who_is_skipped_or_passed_over_gets_anything_and_nobody_more_than_fits(dealt):
    members, got = {each.id: each for each in dealt.members}, dict.fromkeys((each.id for each in dealt.members), 0)
    for waiting, each in zip(dealt.waiting, deal(dealt), strict=True):
        if each.teammate is not None:
            got[each.teammate] += 1
            assert each.teammate != waiting.passed_over
    for number, each in members.items():
        assert not got[number] or skipped(each, open=dealt.open) is None
        assert not got[number] or each.load + got[number] * FULL <= each.capacity * FULL
        assert not got[number] or each.limit is None or got[number] <= each.limit


@given(TABLES)
def test_nobody_with_room_sits_idle_while_something_waits(dealt):
    got = dict.fromkeys((each.id for each in dealt.members), 0)
    deals = deal(dealt)
    for each in deals:
        if each.teammate is not None:
            got[each.teammate] += 1
    for waiting, each in zip(dealt.waiting, deals, strict=True):
        if each.teammate is None:
            for one in dealt.members:
                after = replace(one, load=one.load + got[one.id] * FULL, load_here=got[one.id] * FULL)
                assert one.id == waiting.passed_over or skipped(after, open=dealt.open) is not None


@given(TABLES.map(lambda each: replace(each, waiting=tuple(replace(one, passed_over=None) for one in each.waiting))))
def test_afterwards_the_loads_of_those_who_still_have_room_differ_by_one_at_most(dealt):
    """Of those who got something: nobody was given work above what somebody else with room carried."""
    got = dict.fromkeys((each.id for each in dealt.members), 0)
    for each in deal(dealt):
        if each.teammate is not None:
            got[each.teammate] += 1
    after = {
        each.id: replace(each, load=each.load + got[each.id] * FULL, load_here=got[each.id] * FULL)
        for each in dealt.members
    }
    roomy = [each.load for each in after.values() if skipped(each, open=dealt.open) is None]
    given_to = [after[number].load for number, count in got.items() if count]
    for load in given_to:
        assert all(load <= other + FULL for other in roomy)
