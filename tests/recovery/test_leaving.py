"""SIGTERM: what was asked is answered, sockets are sent elsewhere, tasks are finished or given back."""

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import redis
from websockets.exceptions import ConnectionClosed

from tests import prepared
from tests.client import Agent, Visitor, hear
from tests.processes import Embedded, SpreadOut, wait_until
from tests.recovery.conftest import CAST
from tests.recovery.test_kill import ours_in_each_conversation, sent_in_each_conversation, statuses
from tests.services import free_port

COMES_BACK = 4503


class Asking(threading.Thread):
    """Somebody whose message is under way; `answer` is what comes of it."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(daemon=True)
        self.visitor = visitor
        self.answer: Any = None

    def run(self) -> None:
        try:
            self.answer = self.visitor.say("Is anybody there?")
        except Exception as error:
            self.answer = error


@contextmanager
def held(monty: SpreadOut, table: str) -> Iterator[None]:
    """Whoever wants to write to this table waits meanwhile."""
    with psycopg.connect(monty.env["DATABASE_URL"]) as database:
        database.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def waiters(monty: SpreadOut, table: str) -> int:
    """How many want to write to a table that is held."""
    # Databases that are copies of one call the same table the same.
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    query = f"SELECT count(*) FROM pg_locks WHERE {here} AND relation = '{table}'::regclass AND NOT granted"
    ((number,),) = monty.rows(query)
    return int(number)


def asked_to_leave(monty: Any, name: str) -> "subprocess.Popen[bytes]":
    process = monty.processes.pop(name)
    process.terminate()
    return process


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_web_process_answers_what_was_asked_of_it_and_then_leaves(spread_out: SpreadOut) -> None:
    asking = Asking(Visitor(spread_out.url, spread_out.channel))
    with held(spread_out, "conversations_message"):
        asking.start()
        wait_until(lambda: waiters(spread_out, "conversations_message"), what="the message under way")
        leaving = asked_to_leave(spread_out, "web")
        wait_until(lambda: not spread_out.answers(), what="the end of listening")
    asking.join(20)

    assert asking.answer["text"] == "Is anybody there?"
    assert leaving.wait(20) == 0
    spread_out.start_web()
    wait_until(spread_out.answers, what="its successor's first answer")


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_web_process_that_has_not_loaded_everything_leaves_too(spread_out: SpreadOut) -> None:
    """Its first worker answers already, the second one still loads."""
    asked_to_leave(spread_out, "web").wait(20)
    for _ in range(3):
        spread_out.start_web()
        wait_until(spread_out.answers, what="its first answer")
        assert asked_to_leave(spread_out, "web").wait(20) == 0
    spread_out.start_web()
    wait_until(spread_out.answers, what="its successor's first answer")


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_socket_process_sends_its_pages_to_another_one(spread_out: SpreadOut) -> None:
    ana, visitor = Agent(spread_out.url, "ana"), Visitor(spread_out.url, spread_out.channel)
    pages = [ana.listen(spread_out.socket_urls[0]), visitor.listen(spread_out.socket_urls[0])]

    leaving = asked_to_leave(spread_out, "socket-1")

    for page in pages:
        with pytest.raises(ConnectionClosed) as closed:
            hear(page, hint="nothing of the kind")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == COMES_BACK
    page = ana.listen(spread_out.socket_urls[1])
    visitor.say("Still here")
    hear(page, verb="receive")
    leaving.wait(20)
    spread_out.start_socket(1, spread_out.socket_ports[0])
    wait_until(lambda: spread_out.answers(spread_out.socket_ports[0]), what="its successor's first answer")


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_finishes_what_it_does_and_gives_the_rest_back(spread_out: SpreadOut) -> None:
    monty = spread_out
    # No sweep helps.
    monty.kill("beat")
    ana, visitors = Agent(monty.url, "ana"), [Visitor(monty.url, monty.channel) for _ in range(6)]
    for visitor in visitors:
        visitor.say("Hello")
    talks = [number for (number,) in monty.rows(f"{NEWEST} LIMIT 6")]
    wait_until(lambda: queued(monty) == 0, what="an idle worker")
    before = statuses(monty).get("sent", 0)
    with held(monty, "conversations_attempt"):
        for talk in talks:
            ana.api.post(f"conversations/{talk}/messages/", {"text": "Hello!"})
        wait_until(lambda: waiters(monty, "conversations_attempt") == 2, what="both hands full")
        leaving = asked_to_leave(monty, "worker")
        wait_until(lambda: "Warm shutdown" in monty.log("worker"), what="the worker's farewell")
    leaving.wait(30)

    assert statuses(monty)["sent"] == before + 2
    assert queued(monty) >= 4
    monty.start_worker()
    wait_until(lambda: statuses(monty)["sent"] == before + 6, what="what was given back")
    assert sent_in_each_conversation(monty) == ours_in_each_conversation(monty)
    monty.start_beat()


NEWEST = "SELECT id FROM conversations_conversation ORDER BY id DESC"


def queued(monty: SpreadOut) -> int:
    """Tasks that wait in the broker for a worker."""
    with redis.Redis.from_url(monty.env["REDIS_URL"]) as broker:
        return int(broker.llen("celery"))


def test_an_embedded_server_answers_what_was_asked_of_it_and_then_leaves(embedded: Embedded) -> None:
    asking = Asking(Visitor(embedded.url, embedded.channel))
    page = Agent(embedded.url, "ana").listen(embedded.socket_urls[0])
    database = sqlite3.connect(embedded.folder / "monty.sqlite3", isolation_level=None, timeout=20)
    database.execute("BEGIN IMMEDIATE")
    asking.start()
    asking.join(1)
    assert asking.is_alive()
    leaving = asked_to_leave(embedded, "serve")
    with pytest.raises(ConnectionClosed) as closed:
        hear(page, hint="nothing of the kind")
    database.execute("ROLLBACK")
    database.close()
    asking.join(20)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == COMES_BACK
    assert asking.answer["text"] == "Is anybody there?"
    assert leaving.wait(30) == 0
    embedded.start()


@pytest.fixture
def own_redis(tmp_path, tmp_path_factory) -> Iterator[SpreadOut]:
    """An installation with a Redis that may be killed."""
    port = free_port()
    monty = SpreadOut(tmp_path, f"monty_redis_{os.getpid()}", redis_url=f"redis://127.0.0.1:{port}/0")
    try:
        start_redis(monty, port)
        monty.copy(prepared.bare(tmp_path_factory), prepared.database(tmp_path_factory))
        monty.channel = monty.python(CAST)
        monty.start_web()
        monty.start_worker()
        wait_until(monty.answers, what="the first answer")
        yield monty
    finally:
        monty.tear_down()


def start_redis(monty: SpreadOut, port: int) -> None:
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    monty.start_process("redis", shutil.which("redis-server") or "redis-server", *options)
    wait_until(lambda: pings(monty), what="Redis' first answer")


def pings(monty: SpreadOut) -> bool:
    try:
        with redis.Redis.from_url(monty.env["REDIS_URL"]) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_outlives_redis_with_its_hands_full(own_redis: SpreadOut) -> None:
    monty = own_redis
    ana, visitor = Agent(monty.url, "ana"), Visitor(monty.url, monty.channel)
    visitor.say("Hello")
    ((talk,),) = monty.rows(NEWEST)
    wait_until(lambda: queued(monty) == 0, what="an idle worker")
    with held(monty, "conversations_attempt"):
        ana.api.post(f"conversations/{talk}/messages/", {"text": "Hello!"})
        wait_until(lambda: waiters(monty, "conversations_attempt"), what="a full hand")
        monty.kill("redis")
        wait_until(lambda: "Connection to broker lost" in monty.log("worker"), what="the worker's notice")
    start_redis(monty, int(monty.env["REDIS_URL"].rpartition(":")[2].partition("/")[0]))

    wait_until(lambda: statuses(monty) == {"sent": 1}, what="what it had in hand")
    ana.api.post(f"conversations/{talk}/messages/", {"text": "Still there!"})
    wait_until(lambda: statuses(monty) == {"sent": 2}, what="the next one")
    assert monty.processes["worker"].poll() is None
