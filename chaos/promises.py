"""What must hold afterwards, asked of the rows: of Monty's, and of those that the simulated providers kept."""

import time
from collections import Counter, defaultdict
from typing import Any

from chaos.crowd import Ledger
from chaos.house import House

# Nothing may wait any more: how each kind of work says that it does.
WAITING = {
    "webhooks that the providers have not got rid of": "SELECT 1 FROM simulator_hook WHERE posted_at IS NULL",
    "posts to be read": "SELECT 1 FROM channels_app_delivery WHERE state <> 'done'",
    # X lets fifteen through in a quarter of an hour: what waits for that is not stuck.
    "messages to be sent": """
        SELECT 1 FROM conversations_message message JOIN channels_app_channel channel ON channel.id = message.channel_id
        WHERE message.status = 'sending'
        OR message.status = 'queued' AND coalesce(channel.paused_until, now()) <= now()""",
    "changes that no page was told of": "SELECT 1 FROM conversations_event WHERE NOT published",
    "files to be fetched": "SELECT 1 FROM conversations_attachment WHERE state = 'waiting'",
    "receipts without their message": """
        SELECT 1 FROM conversations_earlyreceipt early JOIN conversations_message message
        ON message.channel_id = early.channel_id AND message.external_id = early.external_id""",
    "bots that should have gone on": "SELECT 1 FROM flows_flowrun WHERE due_at < now()",
    "customers whom Auto Assign has forgotten": """
        SELECT 1 FROM conversations_conversation talk JOIN teams_team team ON team.id = talk.team_id
        WHERE team.auto_assign AND talk.assignee_id IS NULL AND talk.bot IS NULL AND talk.snoozed_at IS NULL
        AND talk.state IN ('open', 'reopened') AND talk.import_key = ''""",
    "channels that are cut off": "SELECT 1 FROM channels_app_channel WHERE suspended_at IS NOT NULL",
}
SAID = """
    SELECT said.account_id || '/' || said.person_id, said.external_id FROM simulator_message said
    WHERE said.from_customer ORDER BY said.id"""
ACCEPTED = """
    SELECT account.channel_id, person.external_id, said.external_id, said.text
    FROM simulator_message said JOIN simulator_account account ON account.id = said.account_id
    JOIN simulator_person person ON person.id = said.person_id
    WHERE NOT said.from_customer AND NOT said.elsewhere ORDER BY said.id"""
# In the order in which the thread reads.
TAKEN_IN = """
    SELECT message.external_id FROM conversations_message message
    JOIN LATERAL (SELECT at, id FROM conversations_event WHERE message_id = message.id ORDER BY id LIMIT 1) event
    ON true
    WHERE message.author_kind = 'contact' ORDER BY event.at, event.id"""
SENT = """
    SELECT message.channel_id, identity.external_id, message.external_id, message.text, message.status,
           message.client_id::text, message.conversation_id, channel.kind
    FROM conversations_message message
    JOIN channels_app_channel channel ON channel.id = message.channel_id
    JOIN conversations_conversation talk ON talk.id = message.conversation_id
    JOIN conversations_identity identity ON identity.id = talk.identity_id
    WHERE message.author_kind <> 'contact' AND NOT message.private AND NOT message.elsewhere
    AND message.id > {since} ORDER BY message.id"""


def stuck(house: House) -> list[str]:
    """What waits, with how many rows."""
    counted = {name: house.rows(f"SELECT count(*) FROM ({query}) waiting")[0][0] for name, query in WAITING.items()}
    return [f"{number} {name}" for name, number in counted.items() if number]


def settled(house: House, patience: float) -> tuple[float, list[str]]:
    """Wait until nothing waits: how long it took, in seconds, and what is stuck even so.

    What is to be tried again later (by minutes, after a few refusals) is tried when half of the patience is over.
    """
    start, passed = time.monotonic(), False
    while (left := stuck(house)) and (waited := time.monotonic() - start) < patience:
        if waited > patience / 2 and not passed:
            passed = True
            house.time_passes()
        time.sleep(1)
    return time.monotonic() - start, left


def inbound(house: House, ledger: Ledger) -> tuple[int, list[str]]:
    """How many were accepted; which of them are not there exactly once, and whose are out of order."""
    there = [external_id for (external_id,) in house.rows(TAKEN_IN)]
    accepted = defaultdict[str, list[str]](list)
    for person, external_id in house.rows(SAID):
        accepted[person].append(external_id)
    by_end = {external_id.rpartition("/")[2]: external_id for external_id in there}
    for visitor, lines in ledger.said.items():
        accepted[f"visitor {visitor[:8]}"] = [by_end.get(client_id, client_id) for client_id, _text in lines]
    return sum(map(len, accepted.values())), [word for ids in accepted.values() for word in misplaced(ids, there)]


def misplaced(ids: list[str], there: list[str]) -> list[str]:
    """What one customer said, compared with what is there, both in order; in words what differs."""
    number, wanted = Counter(there), set(ids)
    lost = [f"the customer's message {each} is there {number[each]} times" for each in ids if number[each] != 1]
    if not lost and (found := [each for each in there if each in wanted]) != ids:
        return [f"one customer's messages are out of order: {found} instead of {ids}"]
    return lost


def outbound(house: House, ledger: Ledger, since: int) -> tuple[Counter[str], list[str]]:
    """How many messages ended in which state; what a provider accepted twice, or never though it is called sent."""
    rows = house.rows(SENT.format(since=since))
    statuses = Counter(row[4] for row in rows)
    accepted = Counter((channel, person, text) for channel, person, _id, text in house.rows(ACCEPTED))
    ours = Counter((channel, person, text) for channel, person, _id, text, *_ in rows)
    sent = Counter(
        (row[0], row[1], row[3]) for row in rows if row[7] != "webchat" and row[4] in ("sent", "delivered", "read")
    )
    broken = [
        f"{key} was accepted {number} times, written {ours[key]} times"
        for key, number in accepted.items()
        if number > ours[key]
    ]
    broken += [
        f"{key} is called sent {number} times, accepted {accepted[key]} times"
        for key, number in sent.items()
        if number > accepted[key]
    ]
    kept = Counter(row[5] for row in rows)
    broken += [f"the answer {each} is there {kept[each]} times" for each in ledger.answered if kept[each] != 1]
    return statuses, broken + out_of_order(house, rows)


def out_of_order(house: House, rows: list[tuple[Any, ...]]) -> list[str]:
    """Conversations whose answers a provider has in another order than they were written in."""
    place = {row[2]: number for number, row in enumerate(house.rows(ACCEPTED))}
    talks = defaultdict[int, list[int]](list)
    for row in rows:
        if row[2] in place:
            talks[row[6]].append(place[row[2]])
    return [
        f"answers in conversation {talk} were accepted out of order"
        for talk, got in talks.items()
        if got != sorted(got)
    ]
