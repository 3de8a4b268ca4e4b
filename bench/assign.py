"""Auto Assign: thousands waiting in one inbox handed out over hundreds of teammates, beside the bare claims."""

import json
import time
from statistics import median

import psycopg
from websockets.sync.client import ClientConnection

from bench.report import Row, p50
from tests.client import Agent, Visitor, hear
from tests.processes import SpreadOut

WAITING = 10_000
TEAMMATES = 200
ROUNDS = 3
WAKES = 20
# As the balancer hands them out in one transaction.
BATCH = 200


def measure(installation: SpreadOut) -> list[Row]:
    installation.python(PREPARE % {"teammates": TEAMMATES, "waiting": WAITING})
    floors: list[dict[int, float]] = []
    rates: list[float] = []
    for _ in range(ROUNDS):
        floors.append({size: claims_per_second(installation, size) for size in (1, BATCH)})
        installation.python(AS_BEFORE)
        rates.append(float(json.loads(installation.python(DRAIN))))
    beside = "UPDATE … SKIP LOCKED of the same rows"
    one, many = (median(each[size] for each in floors) for size in (1, BATCH))
    name = f"assign: {WAITING:,} waiting over {TEAMMATES} teammates"
    return [
        Row(name, median(rates), "decisions/s", one, f"{beside}, one a statement"),
        Row("  the same", median(rates), "decisions/s", many, f"{beside}, {BATCH} a statement"),
    ]


def wake(installation: SpreadOut) -> list[Row]:
    """Nobody is there and a customer waits; from becoming active until the conversation is on one's own socket."""
    # Ana's hands are full of the other benchmarks' conversations.
    ben = Agent(installation.url, "ben")
    channels = ben.api.get("channels/")["results"]
    channel = next(each["uuid"] for each in channels if each["name"] == "Website chat")
    with ben.listen(installation.socket_urls[0]) as inbox:
        delays = [woken(ben, inbox, installation.url, channel) for _ in range(WAKES)]
    ben.presence("away")
    return [
        Row("first conversation on screen after becoming active, p50", p50(delays), "ms", note="aim: under 1,000"),
        Row("  the slowest", max(delays), "ms"),
    ]


def woken(ben: Agent, inbox: ClientConnection, url: str, channel: str) -> float:
    """Milliseconds from becoming active until the one that waits is on the own socket."""
    ben.presence("away")
    Visitor(url, channel).say("Anybody?")
    number = hear(inbox, verb="receive")["conversation"]
    start = time.perf_counter()
    ben.presence("active")
    hear(inbox, verb="assign", conversation=number)
    took = (time.perf_counter() - start) * 1000
    ben.api.post(f"conversations/{number}/close/")
    return took


def claims_per_second(installation: SpreadOut, size: int) -> float:
    """The same rows given to the same teammates in turn, with nothing decided, recorded or told; durable."""
    installation.python(AS_BEFORE)
    statement = CLAIM.encode()
    with psycopg.connect(installation.env["DATABASE_URL"], autocommit=True) as database:
        start, taken = time.perf_counter(), 0
        # One at a time they need not all go: their rate is known after a while.
        for _ in range(WAITING // size if size > 1 else 500):
            taken += database.execute(statement, {"size": size, "teammates": TEAMMATES}).rowcount
        return taken / (time.perf_counter() - start)


CLAIM = """
UPDATE conversations_conversation SET state = 'assigned', assigned_at = now(), assignee_id = (
    SELECT min(id) FROM teams_teammate WHERE username LIKE 'bench-%%'
) + id %% %(teammates)s
WHERE id IN (
    SELECT id FROM conversations_conversation
    WHERE team_id = (SELECT id FROM teams_team WHERE name = 'Bench') AND assignee_id IS NULL
        AND state IN ('open', 'assigned', 'reopened')
    ORDER BY priority DESC, waiting_since, id LIMIT %(size)s FOR UPDATE SKIP LOCKED
)
"""

PREPARE = """
from django.utils import timezone
from teams.models import Membership, Team, Teammate
from tests import make
team = Team.objects.create(name="Bench", auto_assign=True)
people = Teammate.objects.bulk_create(
    Teammate(username=f"bench-{number}", capacity=100, last_seen_at=timezone.now()) for number in range(%(teammates)d)
)
Membership.objects.bulk_create(Membership(team=team, teammate=person) for person in people)
make.many_waiting(make.channel("webchat", team), %(waiting)d)
"""

# Everything waits again, and everybody is there.
AS_BEFORE = """
from django.db import connection
from django.utils import timezone
from conversations.models import Conversation, Event, Round
from teams.models import Team, Teammate
bench = Team.objects.get(name="Bench")
Conversation.objects.filter(team=bench).update(state="open", assignee=None, assigned_at=None)
Round.objects.filter(team=bench).delete()
Event.objects.filter(conversation__team=bench).delete()
Teammate.objects.update(last_seen_at=timezone.now())
connection.cursor().execute("VACUUM ANALYZE conversations_conversation")
"""

DRAIN = """
import time
from conversations.balancer import assignment
from teams.models import Team
start = time.perf_counter()
number = assignment.assign_waiting(Team.objects.get(name="Bench").pk)
print(number / (time.perf_counter() - start))
"""
