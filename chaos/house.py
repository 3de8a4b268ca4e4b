"""The installation that is killed: two processes of each kind, one beat, a Redis of its own, and a door in front."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import redis

from chaos.door import Door
from tests.processes import BIN, SpreadOut, wait_until
from tests.services import free_port

# By this name the run's own connections are told from the installation's.
US = "chaos"
END_CONNECTIONS = f"""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> '{US}' AND random() < %s
"""
TIME_PASSES = [
    "UPDATE conversations_message SET not_before = now() WHERE status = 'queued'",
    "UPDATE simulator_hook SET due_at = now() WHERE posted_at IS NULL",
    "UPDATE channels_app_delivery SET claimed_at = claimed_at - interval '1 day' WHERE state = 'failed'",
]


class House(SpreadOut):
    """Web, sockets and workers twice, beat and Redis once; each can be killed and is started again by its name."""

    def __init__(self, folder: Path, database: str) -> None:
        self.redis_port = free_port()
        super().__init__(folder, database, redis_url=f"redis://127.0.0.1:{self.redis_port}/0")
        self.web_ports = [free_port(), free_port()]
        self.door = Door(self.port, web=self.web_ports, sockets=self.socket_ports)
        self.starts: dict[str, Callable[[], None]] = {"redis": self.start_redis, "beat": self.start_beat}
        for number in (1, 2):
            self.starts[f"web-{number}"] = partial(self.start_one_web, number)
            self.starts[f"socket-{number}"] = partial(self.start_socket, number, self.socket_ports[number - 1])
            self.starts[f"worker-{number}"] = partial(self.start_one_worker, number)

    def set_up(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start_redis()
        wait_until(self.redis_answers, what="Redis' first answer")
        super().set_up()
        self.manage("demo")

    def start(self) -> None:
        self.door.open()
        for name, start in self.starts.items():
            if name not in self.processes:
                start()
        wait_until(self.is_up, seconds=180, what="an answer from every process")

    def is_up(self) -> bool:
        """Whether everybody who can be asked answers."""
        ports = [*self.web_ports, *self.socket_ports]
        return self.redis_answers() and all(self.answers(port) for port in ports)

    def start_redis(self) -> None:
        # Nothing is kept: with Redis all queued tasks are gone, too.
        options = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.start_process("redis", shutil.which("redis-server") or "redis-server", *options)

    def redis_answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.redis_port, socket_timeout=1, socket_connect_timeout=1).ping())
        except redis.RedisError:
            return False

    def start_one_web(self, number: int) -> None:
        port = str(self.web_ports[number - 1])
        options = ["--interface", "wsgi", "--port", port, "--workers", "1", "--blocking-threads", "2"]
        options += ["--log-level", "warning"]
        self.start_process(f"web-{number}", str(BIN / "granian"), *options, "monty.wsgi:application")

    def start_one_worker(self, number: int) -> None:
        options = ["worker", "--concurrency=2", "--loglevel=WARNING", f"--hostname=worker-{number}@chaos"]
        self.start_process(f"worker-{number}", str(BIN / "celery"), "--quiet", "-A", "monty", *options)

    def revive(self) -> list[str]:
        """Start again whoever has ended by itself, as a supervisor does: their names."""
        ended = [name for name, process in self.processes.items() if process.poll() is not None]
        for name in ended:
            self.starts[name]()
        return ended

    def end_connections(self, share: float) -> int:
        """PostgreSQL hangs up on about this share of the installation's connections; on how many."""
        with self.connect() as database:
            return database.execute(END_CONNECTIONS, [share]).rowcount

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self.env["DATABASE_URL"], autocommit=True, application_name=US)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.connect() as database:
            return database.execute(query).fetchall()

    def time_passes(self) -> None:
        """Whatever waits for a later moment may be tried now."""
        with self.connect() as database:
            for update in TIME_PASSES:
                database.execute(update)

    def tear_down(self) -> None:
        self.door.close()
        super().tear_down()


def has_redis() -> bool:
    return shutil.which("redis-server") is not None
