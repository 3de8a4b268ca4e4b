"""Lists: narrowed down, in an order, counted; on the page and in REST by the same names."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation
from monty.counting import MOST
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def as_sara(client, sara):
    client.force_login(sara)
    return client


def page(client, **asked):
    answer = client.get("/", {"view": "all"} | asked)
    assert answer.status_code == 200, answer.content
    return answer.context["page"].conversations


@pytest.fixture
def three(webchat, support, sara, ana):
    """Nora waits in Sales, Otto is with Ana and was answered, Pia's is closed on the channel of Support."""
    nora = make.conversation(webchat, who="nora", name="Nora Nowak")
    otto = make.conversation(webchat, who="otto", name="Otto Berg", state="assigned", assignee=ana)
    otto.reply("You are welcome", by=ana)
    pia = make.conversation(make.channel("whatsapp", support), who="pia", state="closed", assignee=sara)
    Conversation.objects.filter(pk=pia.pk).update(priority=4, last_message_at=timezone.now() - timedelta(days=9))
    return {"nora": nora, "otto": otto, "pia": pia}


def asked_for(three, ana) -> list[tuple[dict, str]]:
    day = (timezone.localdate() - timedelta(days=5)).isoformat()
    return [
        ({"state": ["open", "closed"]}, "nora pia"),
        ({"channel": three["pia"].channel_id}, "pia"),
        ({"team": three["nora"].team_id}, "nora otto"),
        ({"team": "none"}, ""),
        ({"assignee": ana.pk}, "otto"),
        ({"assignee": "none"}, "nora"),
        ({"priority": "urgent"}, "pia"),
        ({"priority": ["urgent", "normal"]}, "nora otto pia"),
        ({"waiting": "true"}, "nora"),
        ({"waiting": "false"}, "otto pia"),
        ({"unread": "true"}, "nora"),
        ({"unread": "false"}, "otto pia"),
        ({"since": day}, "nora otto"),
        ({"until": day}, "pia"),
        ({"team": three["nora"].team_id, "waiting": "false", "state": "assigned"}, "otto"),
    ]


def test_a_filter_leaves_what_it_names_on_the_page_and_in_rest(three, as_sara, sara, ana):
    for filters, names in asked_for(three, ana):
        wanted = {three[name].pk for name in names.split()}
        assert {row.pk for row in page(as_sara, **filters)} == wanted, filters
        assert set(Program(sara).ids("conversations", **filters)) == wanted, filters


def test_a_day_counts_by_the_readers_clock(as_sara, webchat, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    row = make.conversation(webchat)
    Conversation.objects.filter(pk=row.pk).update(last_message_at="2026-03-01T15:30:00Z")  # 00:30 on the 2nd there
    assert page(as_sara, since="2026-03-02", until="2026-03-02") == [row]
    assert page(as_sara, until="2026-03-01") == []


ODD = ["nonsense", "9" * 30, "-1", "\0", "٣x", "0001-01-01", "9999-12-31", "2026-02-30"]


@pytest.mark.parametrize("name", ["state", "channel", "team", "assignee", "priority", "waiting", "since", "sort"])
def test_an_unknown_value_is_an_error_in_words(name, as_sara, sara):
    for odd in ODD:
        assert as_sara.get("/", {"view": "all", name: odd}).status_code == 400, odd
        assert is_problem(Program(sara).get("conversations", **{name: odd}), 400, "invalid"), odd


def test_what_is_filtered_stands_in_words_with_an_address_without_it(three, as_sara, ana):
    asked = {"view": "all", "state": ["open", "assigned"], "assignee": ana.pk, "sort": "waiting"}
    chips = as_sara.get("/", asked).context["listing"].chips()
    assert [(chip.name, chip.value, chip.without) for chip in chips] == [
        ("State", "Open", f"view=all&state=assigned&assignee={ana.pk}&sort=waiting"),
        ("State", "Assigned", f"view=all&state=open&assignee={ana.pk}&sort=waiting"),
        ("Assignee", "Ana", "view=all&state=open&state=assigned&sort=waiting"),
    ]


# --- Orders ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(webchat, ana):
    """Five live ones and an ended one; by number: since how many minutes each waits, in how many its window ends."""
    rows = [make.conversation(webchat) for _ in range(6)]
    now = timezone.now()
    for row, waits, ends in zip(rows, (5, None, 60, 5, None), (9, 1, None, 4, 8), strict=False):
        since, until = (now - timedelta(minutes=waits) if waits else None), ends and now + timedelta(hours=ends)
        Conversation.objects.filter(pk=row.pk).update(waiting_since=since, window_until=until)
    Conversation.objects.filter(pk=rows[4].pk).update(window_shut=True)
    rows[5].close(by=ana)
    return [row.pk for row in rows]


ORDERS = {"newest": [5, 4, 3, 2, 1, 0], "waiting": [2, 0, 3, 1, 4], "window": [1, 3, 0, 2, 4]}


@pytest.mark.parametrize(("sort", "order"), ORDERS.items())
def test_each_order_and_its_pages(sort, order, queue, as_sara, sara, monkeypatch):
    wanted = [queue[number] for number in order]
    assert [row.pk for row in page(as_sara, sort=sort)] == wanted
    seen, key = [], ""
    monkeypatch.setattr("conversations.pages.inbox.PAGE", 2)
    monkeypatch.setattr("conversations.inbox.listing.PAGE", 2)
    for _ in range(len(wanted)):
        listing = as_sara.get("/", {"view": "all", "sort": sort}).context["listing"]
        found = listing.page(after=key, size=2)
        seen, key = seen + [row.pk for row in found.conversations], found.more
        if not key:
            break
    assert seen == wanted


@pytest.mark.parametrize(("sort", "order"), ORDERS.items())
def test_rest_goes_forth_and_back_in_each_order(sort, order, queue, sara, monkeypatch):
    monkeypatch.setattr("conversations.api.key_pages.KeyPages.page_size", 2)
    program, pages = Program(sara), []
    answer = program.get("conversations", sort=sort).json()
    assert answer["previous"] is None
    while True:
        pages.append(answer)
        if answer["next"] is None:
            break
        answer = program.client.get(answer["next"]).json()
    assert [row["id"] for each in pages for row in each["results"]] == [queue[number] for number in order]
    for before, after in pairwise(pages):
        assert program.client.get(after["previous"]).json()["results"] == before["results"]


# --- Counters -------------------------------------------------------------------------------------------------------


def test_counters_count_teams_colleagues_and_what_is_unread(client, webchat, sales, ana, ben):
    make.conversation(webchat, state="assigned", assignee=ana)
    make.conversation(webchat, state="assigned", assignee=ben)
    make.conversation(webchat)
    client.force_login(ana)
    context = client.get("/").context
    counts = context["counts"]
    shown = {"mine": 1, "unassigned": 1, f"team-{sales.pk}": 3, f"teammate-{ben.pk}": 1, "unread": 1}
    assert counts == shown | {"bot": 0, "expiring": 0, "mentions": 0, "snoozed": 0, "cut_off": 0}
    assert [each.name for each in context["colleagues"]] == ["Ben"]


def test_a_counter_ends_at_99_and_says_so(as_sara, webchat):
    make.many_waiting(webchat, MOST + 5)
    answer = as_sara.get("/?view=unassigned")
    assert answer.context["counts"]["unassigned"] == MOST
    assert '<span class="place-count">99+</span>' in answer.content.decode()


def test_nobody_counts_or_opens_the_inbox_of_somebody_in_another_team(client, webchat, support, ana, cara):
    make.conversation(make.channel("webchat", support), state="assigned", assignee=cara)
    client.force_login(ana)
    answer = client.get("/")
    assert f"teammate-{cara.pk}" not in answer.context["counts"]
    assert client.get(f"/?view=teammate-{cara.pk}").status_code == 404


def test_of_a_colleagues_conversations_only_those_one_may_see_are_shown(client, webchat, support, ana, ben):
    support.memberships.create(teammate=ben)
    mine = make.conversation(webchat, state="assigned", assignee=ben)
    make.conversation(make.channel("webchat", support), state="assigned", assignee=ben)
    client.force_login(ana)
    answer = client.get(f"/?view=teammate-{ben.pk}")
    assert answer.context["page"].conversations == [mine]
    assert answer.context["counts"][f"teammate-{ben.pk}"] == 1


def test_ten_more_teams_and_colleagues_cost_no_more_queries(client, webchat, sales, ana):
    client.force_login(ana)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    make.teammate("first", sales)
    cost()
    few = cost()
    for number in range(10):
        team = make.team(f"Team {number}")
        team.memberships.create(teammate=ana)
        make.teammate(f"new-{number}", team)
    assert cost() == few


def test_what_can_be_chosen_is_all_there(as_sara, sales, ana):
    shown = as_sara.get("/inbox/filters/?view=all&state=open").content.decode()
    for field in ("state", "channel", "team", "assignee", "priority", "waiting", "unread", "since", "until"):
        assert f'name="{field}"' in shown
    assert 'value="open" checked' in shown and "Ana" in shown and "Nobody" in shown
