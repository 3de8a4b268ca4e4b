"""Flows: steps of one worker beside the bare rows of a step; from a visitor's message to the bot's answer queued."""

import json
import time
from functools import partial
from statistics import median

from bench.fill import forget
from bench.load import Speaker, Stage
from bench.message_in import PREPARE, message
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

RUNS, NODES, ROUNDS = 100, 10, 3
VISITORS, PER_SECOND = 80, 8


def measure(installation: SpreadOut) -> list[Row]:
    """Quiet: nobody but this one worker."""
    facts = {"runs": RUNS, "nodes": NODES}
    installation.python(FLOW % facts)
    floors, rates = [], []
    for _ in range(ROUNDS):
        found = json.loads(installation.python(STEPS % facts))
        floors.append(found["floor"])
        rates.append(found["rate"])
    forget(installation, "Bench flows")
    beside = "the rows of a step by plain SQL, one client"
    return [
        Row(
            f"flow steps: {RUNS} runs of {NODES} messages, one worker", median(rates), "steps/s", median(floors), beside
        )
    ]


def answers(installation: SpreadOut) -> list[Row]:
    """With the processes running: each message is an answer to a question, which is then asked again."""
    facts = json.loads(installation.python(PREPARE % {"visitors": VISITORS}))
    visitors = [
        Speaker(each["conversation"], partial(message, each["channel"], each["token"])) for each in facts["visitors"]
    ]
    installation.python(QUESTION % {"conversations": [visitor.conversation for visitor in visitors]})
    stage = Stage(Agent(installation.url, "ana"), installation.socket_urls[0], installation.port, status=201)
    done = stage.run(visitors, rate=PER_SECOND)
    # The bot still answers the last ones.
    time.sleep(3)
    took = json.loads(installation.python(TOOK % {"conversations": [visitor.conversation for visitor in visitors]}))
    ms, beside = 1000, "the message's own HTTP answer"
    name = f"message to bot's answer queued, at {PER_SECOND}/s"
    return [
        Row(f"{name}, p50", p50(took) * ms, "ms", p50(done.answers) * ms, beside),
        Row(f"{name}, p99", p99(took) * ms, "ms", p99(done.answers) * ms, beside),
    ]


FLOW = """
from flows.models import Flow
from tests import make
nodes = [{"id": f"n{number}", "type": "send_message", "fields": {"text": f"Line {number}"},
    "exits": {"next": f"n{number + 1}"} if number + 1 < %(nodes)d else {}} for number in range(%(nodes)d)]
draft = Flow.objects.create(key="bench", name="Bench").edit(by=None)
draft.edit({"schema": 1, "start": "n0", "nodes": nodes}, by=None)
draft.publish(by=None)
make.channel("webchat", name="Bench flows")
"""

# The rows that a step writes: message, event, conversation, run, step. Both without any task being told.
STEPS = """
import json, time
from django.db import connection, transaction
from channels_app.models import Channel
from conversations.models import Event, Message
from flows import engine, starting, tasks
from flows.models import Flow, FlowStep
from conversations import events
from tests import make
events.publish = lambda records: None
channel = Channel.objects.get(name="Bench flows")
flow = Flow.objects.get(key="bench")
rows = make.many_waiting(channel, %(runs)d)
runs = [starting.send(row, flow, by=None) for row in rows]
start = time.perf_counter()
for run in runs:
    engine.advance(run)
took = time.perf_counter() - start
steps = FlowStep.objects.filter(run__in=runs).count()
assert steps == %(runs)d * %(nodes)d, steps
template = {model: model.objects.filter(**{name: run.conversation_id}).latest("pk") for model, name in
    ((Message, "conversation"), (Event, "conversation"))}
step = FlowStep.objects.filter(run=run).latest("number")
def columns(row, but=("id",)):
    fields = [field for field in row._meta.concrete_fields if field.column not in but]
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO {row._meta.db_table} ({names}) VALUES ({", ".join(["%%s"] * len(fields))})', values
template[Message].client_id = None
inserts = [columns(row) for row in template.values()]
step_sql, step_values = columns(step, ("id", "number"))
step_sql = step_sql.replace(") VALUES (", ', "number") VALUES (').replace("%%s)", "%%s, %%s)")
start = time.perf_counter()
lock = "SELECT 1 FROM {} WHERE id = %%s FOR NO KEY UPDATE".format
for number in range(steps):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lock("conversations_conversation"), [run.conversation_id])
        cursor.execute(lock("flows_flowrun"), [run.pk])
        for sql, values in inserts:
            cursor.execute(sql, values)
        cursor.execute(step_sql, [*step_values, 1000 + number])
        cursor.execute("UPDATE conversations_conversation SET unread = 1 WHERE id = %%s", [run.conversation_id])
        cursor.execute("UPDATE flows_flowrun SET steps = steps + 1 WHERE id = %%s", [run.pk])
bare = steps / (time.perf_counter() - start)
for made in (FlowStep.objects.filter(run__in=runs), Message.objects.filter(conversation__in=rows)):
    made.delete()
print(json.dumps({"rate": steps / took, "floor": bare}))
"""

QUESTION = """
from conversations.models import Conversation
from flows import engine, starting
from flows.models import Flow
draft = Flow.objects.create(key="bench-question", name="Question").edit(by=None)
ask = {"id": "ask", "type": "ask", "fields": {"text": "And?", "kind": "text"}, "exits": {"next": "ask"}}
draft.edit({"schema": 1, "start": "ask", "nodes": [ask]}, by=None)
draft.publish(by=None)
flow = Flow.objects.get(key="bench-question")
for row in Conversation.objects.filter(pk__in=%(conversations)s):
    engine.advance(starting.send(row, flow, by=None))
"""

# From the customer's message to the question that follows it, by Monty's clock; but for each one's first question,
# which was asked without their having answered anything.
TOOK = """
import json
from conversations.models import Message
took, heard = [], {}
rows = Message.objects.filter(conversation__in=%(conversations)s, author_kind__in=("contact", "bot")).order_by("pk")
for conversation, kind, at in rows.values_list("conversation", "author_kind", "at"):
    if kind == "contact":
        heard.setdefault(conversation, at)
    elif conversation in heard:
        took.append((at - heard.pop(conversation)).total_seconds())
print(json.dumps(took[len(%(conversations)s):]))
"""
