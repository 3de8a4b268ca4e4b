"""Who sees what: one rule, asked everywhere."""

import pytest

from channels_app import live
from conversations import events
from conversations.inbox import inboxes
from conversations.models import Conversation, Sort
from teams.models import Teammate
from tests import make

pytestmark = pytest.mark.once

# Who sees a conversation, by the team it is in and whose it is (Ana and Ben sell, Cara supports).
MATRIX = {
    ("sales", None): {"ana", "ben"},
    ("sales", "ana"): {"ana", "ben"},
    ("sales", "cara"): {"ana", "ben", "cara"},
    ("support", None): {"cara"},
    ("support", "ana"): {"ana", "cara"},
    (None, None): {"ana", "ben", "cara", "nobodys"},
    (None, "ana"): {"ana"},
}
EVERYTHING = {"sara", "root"}
places = [f"in {team or 'no team'}, {assignee or 'nobody'}s" for team, assignee in MATRIX]
every_place = pytest.mark.parametrize(("where", "seen_by"), MATRIX.items(), ids=places)


@pytest.fixture
def people(ana, ben, cara, sara) -> dict[str, Teammate]:
    root = Teammate.objects.create_superuser("root", password="monty")
    return {"ana": ana, "ben": ben, "cara": cara, "sara": sara, "root": root, "nobodys": make.teammate("nobodys")}


@pytest.mark.parametrize("state", ["live", "closed", "dropped"])
@every_place
def test_the_rule(people, sales, support, state, where, seen_by):
    team, assignee = where
    row = make.conversation(make.channel("webchat", {"sales": sales, "support": support}.get(team)))
    if assignee:
        row.assign_to(people[assignee], by=None)
    if state != "live":
        getattr(row, {"closed": "close", "dropped": "drop"}[state])(by=None)

    seen = {name for name, person in people.items() if row in Conversation.objects.visible_to(person)}

    assert seen == seen_by | EVERYTHING


@every_place
def test_the_sockets_groups_follow_it(people, sales, support, where, seen_by):
    """A frame goes to exactly those who may see the conversation."""
    team, assignee = where
    row = make.conversation(make.channel("webchat", {"sales": sales, "support": support}.get(team)))
    if assignee:
        row.assign_to(people[assignee], by=None)
    event = row.note("Look", by=people["sara"])
    groups = {name: groups_of(person) for name, person in people.items()}

    told = {name for name in people if groups[name] & set(events.audience(event))}

    assert told == seen_by | EVERYTHING


def groups_of(person: Teammate) -> set[str]:
    teams = {live.team(team_id) for team_id in person.memberships.values_list("team", flat=True)}
    return {live.person(person.pk), live.EVERYBODY} | teams | ({live.OVERSEERS} if person.oversees else set())


def test_somebody_in_two_teams_sees_both_once(webchat, support, ana):
    support.memberships.create(teammate=ana)
    rows = [make.conversation(webchat), make.conversation(make.channel("webchat", support))]

    assert sorted(Conversation.objects.visible_to(ana), key=lambda each: each.pk) == rows


def test_who_leaves_a_team_no_longer_sees_its_conversations(conversation, ana):
    assert conversation in Conversation.objects.visible_to(ana)

    ana.memberships.all().delete()

    assert conversation not in Conversation.objects.visible_to(ana)


def test_somebody_who_no_longer_works_here_oversees_nothing(conversation, sara):
    Teammate.objects.filter(pk=sara.pk).update(is_active=False)

    assert conversation not in Conversation.objects.visible_to(Teammate.objects.get(pk=sara.pk))


# --- The inboxes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(webchat, ana, ben):
    return {
        "open": make.conversation(webchat),
        "mine": make.conversation(webchat, state="assigned", assignee=ana),
        "bens": make.conversation(webchat, state="assigned", assignee=ben),
        "back": make.conversation(webchat, state="reopened", assignee=ben),
        "closed": make.conversation(webchat, state="closed", assignee=ana),
        "dropped": make.conversation(webchat, state="dropped", assignee=ana),
    }


@pytest.mark.parametrize(
    ("inbox", "holds"),
    [
        (lambda all_of, ana, team: all_of.of_teammate(ana), {"mine"}),
        (lambda all_of, ana, team: all_of.unassigned(), {"open", "back"}),
        (lambda all_of, ana, team: all_of.of_team(team.pk), {"open", "mine", "bens", "back"}),
        (lambda all_of, ana, team: all_of.live(), {"open", "mine", "bens", "back"}),
        (lambda all_of, ana, team: all_of.ended("closed"), {"closed"}),
        (lambda all_of, ana, team: all_of.ended("dropped"), {"dropped"}),
        (lambda all_of, ana, team: all_of, {"open", "mine", "bens", "back", "closed", "dropped"}),
    ],
    ids=["mine", "unassigned", "team", "live", "closed", "dropped", "all"],
)
def test_each_inbox_holds_what_its_name_says(rows, ana, sales, inbox, holds):
    found = inbox(Conversation.objects.visible_to(ana), ana, sales)

    assert {name for name, row in rows.items() if row in found} == holds
    assert found.count() == len(holds)


def test_pages_follow_one_another_without_gap_or_double_even_at_one_moment(webchat, ana):
    rows = [make.conversation(webchat) for _ in range(7)]
    Conversation.objects.update(last_message_at=rows[0].last_message_at)
    in_order = Conversation.objects.visible_to(ana).in_order(Sort.NEWEST)
    whole = list(in_order)

    page, read = whole[:2], []
    while page:
        read += page
        last = read[-1]
        page = in_order.beyond(Sort.NEWEST, last.last_message_at, last.pk)[:2]

    assert read == whole == rows[::-1]


def test_the_counters_count_what_is_live_and_visible(rows, ana, ben, sales):
    found = inboxes.LeftPane.of(ana).counts()

    live = {
        "mine": 1,
        "unassigned": 2,
        "expiring": 0,
        "snoozed": 0,
        "bot": 0,
        "mentions": 0,
        "cut_off": 0,
        f"team-{sales.pk}": 4,
        f"teammate-{ben.pk}": 1,
    }
    assert found == live | {"unread": 1}
