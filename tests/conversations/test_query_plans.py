"""What an inbox costs does not grow with what is stored: every view's pages are read from an index in its order."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conversations.inbox import inboxes
from conversations.inbox.listing import PAGE
from conversations.models import Contact, Conversation, Event, Identity, Mention, Message, Sort
from conversations.models.conversation_queries import ConversationQuerySet
from conversations.models.states import LIVE
from tests import make

pytestmark = pytest.mark.postgresql
STORED = 20_000
TABLE = "conversations_conversation"
# The index that belongs to each inbox.
INDEX = {
    "mine": "conversation_view_mine",
    "unassigned": "conversation_view_unassigned",
    "bot": "conversation_view_bot",
    "snoozed": "conversation_view_snoozed",
    "team": "conversation_view_team",
    "all": "conversation_view_all",
    "closed": "conversation_view_ended",
    "dropped": "conversation_view_ended",
}
# And the other orders'.
BY = {Sort.WAITING: "waiting", Sort.WINDOW: "window"}


def years_of_work(channel, teams, people) -> None:
    """Some 20,000 conversations, many of them live: enough that no inbox fits on a page."""
    dice, now = random.Random(7), timezone.now()
    contacts = Contact.objects.bulk_create(Contact(name=f"Customer {number}") for number in range(STORED))
    identities = Identity.objects.bulk_create(
        Identity(contact=contact, channel=channel, external_id=f"c-{contact.pk}") for contact in contacts
    )
    rows = Conversation.objects.bulk_create(some_conversation(each, teams, people, now, dice) for each in identities)
    some_mentions(rows[::100], people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def some_mentions(rows, people) -> None:
    notes = Message.objects.bulk_create(
        Message(conversation=row, channel=row.channel, author_kind="teammate", status="sent", private=True)
        for row in rows
    )
    for place, note in enumerate(notes):
        Mention.objects.write(note, [people[place % len(people)]])


def some_conversation(identity, teams, people, now, dice) -> Conversation:
    state = dice.choice(["open", "open", "assigned", "reopened", "closed", "closed", "closed", "dropped", "dropped"])
    at = now - timedelta(minutes=dice.uniform(0, 500_000))
    until = at + timedelta(hours=48)
    return Conversation(
        channel=identity.channel,
        identity=identity,
        state=state,
        team=dice.choice(teams),
        assignee=None if state == "open" else dice.choice(people),
        bot="Welcome" if state == "open" and dice.random() < 0.2 else "",
        snoozed_at=now if state in LIVE and dice.random() < 0.05 else None,
        last_message_at=at,
        inquiry_at=at,
        window_until=until,
        window_shut=until < now - timedelta(minutes=10),
    )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def demand_index(rows: ConversationQuerySet, index: str, *, sorted_by_it: bool = True) -> None:
    """The conversations are found by this index alone, and need not be sorted afterwards."""
    plan = nodes(json.loads(rows.explain(format="json"))[0]["Plan"])
    found_by = {node["Index Name"] for node in plan if "conversation_" in node.get("Index Name", "")}
    kinds = {node["Node Type"] for node in plan if node.get("Relation Name") == TABLE} | {"Sort"} & types(plan)
    assert found_by == {index}, rows.explain()
    assert not kinds & ({"Seq Scan", "Sort"} if sorted_by_it else {"Seq Scan"}), rows.explain()


def types(plan: list[dict[str, Any]]) -> set[str]:
    return {node["Node Type"].replace("Incremental ", "") for node in plan}


def views(person) -> dict[str, ConversationQuerySet]:
    pane = inboxes.LeftPane.of(person)
    seen = pane.visible.for_list()
    found = [*pane.groups[0], *pane.groups[1][:1], *pane.groups[2]]
    return {inbox.key.split("-")[0]: inbox.rows(seen).in_order(inbox.sort) for inbox in found}


def test_every_inbox_is_read_from_its_own_index(webchat, sales, support, ana, ben, cara, sara):
    years_of_work(webchat, [sales, support, None], [ana, ben, cara, sara])
    for person in (ana, sara):
        found = views(person)
        soon, calls = found.pop("expiring"), found.pop("mentions")
        demand_index(soon[: PAGE + 1], "conversation_window_open", sorted_by_it=False)
        # A person's mentions are few beside all there is: they lead to their conversations, which are then sorted.
        demand_index(calls[: PAGE + 1], "conversations_conversation_pkey", sorted_by_it=False)
        assert set(found) == set(INDEX)
        for key, rows in found.items():
            demand_pages(rows, INDEX[key])
    demand_pages(Conversation.objects.visible_to(ana).live().in_order(Sort.NEWEST), "conversation_view_live")
    for sort, index in BY.items():
        demand_pages(Conversation.objects.visible_to(sara).in_order(sort), f"conversation_by_{index}", sort)
        in_team = Conversation.objects.visible_to(ana).of_team(sales.pk).in_order(sort)
        demand_pages(in_team, f"conversation_by_{index}", sort)

    # The same years, for what else must not read them all: sweeps of windows and sleepers, and a customer's return.
    demand_index(Conversation.objects.to_wake()[:500], "conversation_snoozed")
    demand_index(Conversation.objects.windows_ended()[:500], "conversation_window_open", sorted_by_it=False)
    demand_index(Conversation.objects.to_warn_of_window()[:500], "conversation_window_open", sorted_by_it=False)
    returning = Conversation.objects.filter(identity=Identity.objects.last()).order_by("-pk")[:1]
    demand_index(returning, "conversation_of_identity", sorted_by_it=False)


def a_long_talk(conversation) -> None:
    """Among many others: 3,000 lines of one thread, which came in any order."""
    now, dice = timezone.now(), random.Random(7)
    made = [conversation.record("note", by=None, was={}, at=now - timedelta(minutes=number)) for number in range(3000)]
    dice.shuffle(made)
    Event.objects.bulk_create(made)
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            channel=conversation.channel,
            author_kind="contact",
            status="received",
            at=each.at,
        )
        for each in made
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_a_thread_is_read_from_an_index_in_the_order_of_time(conversation, webchat):
    for row in (conversation, make.conversation(webchat)):
        a_long_talk(row)
    lines = conversation.events.in_thread().newest_first()
    middle = lines[1500]
    for rows in (lines[:51], lines.older_than(middle.at, middle.pk)[:51]):
        demand_order(rows, "event_in_time")
    demand_order(conversation.messages.order_by("-at", "-pk")[:51], "message_in_time")


def demand_order(rows: Any, index: str) -> None:
    plan = nodes(json.loads(rows.explain(format="json"))[0]["Plan"])
    assert {node["Index Name"] for node in plan if "Index Name" in node} == {index}, rows.explain()
    assert "Sort" not in types(plan), rows.explain()


def demand_pages(rows: ConversationQuerySet, index: str, sort: Sort = Sort.NEWEST) -> None:
    """The first page and the one after it."""
    page: list[Any] = list(rows[: PAGE + 1])
    assert len(page) == PAGE + 1
    last = page[-1]
    demand_index(rows[: PAGE + 1], index)
    demand_index(rows.beyond(sort, last.sorted_at, last.pk)[: PAGE + 1], index)
