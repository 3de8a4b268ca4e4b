"""Real Monty processes for tests and benchmarks: one embedded, or many on PostgreSQL and Redis.

Everything listens on loopback, lives in a folder of its own, and is ended by its process id.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import psycopg
import redis

from tests.services import POSTGRESQL_URL, REDIS_URL, database_url, free_port

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def wait_until(condition: Callable[[], object], *, seconds: float = 60, what: str = "it") -> None:
    """Return as soon as the condition holds; fail with a sentence when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)


class Installation:
    """Monty as somebody might run it: processes by name, sharing one environment."""

    # The webchat that tests write to, once they have made one.
    channel = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env = os.environ | {
            "DEBUG": "0",
            "DEMO": "1",
            "SECRET_KEY": "a-key-for-tests-that-is-long-enough-to-be-taken-for-a-real-one",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PUBLIC_URL": self.url,
            "MONTY_VAR": str(folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "CELERY_BROKER_URL": "",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_urls(self) -> list[str]:
        """Where websockets are answered, one address for each socket process."""
        return [self.url.replace("http", "ws")]

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run a few lines inside the installation, with Django set up; what they print."""
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def start(self) -> None:
        """Start every process and wait until all answer."""
        raise NotImplementedError

    def set_up(self) -> None:
        """Everything before the first start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")

    def start_process(self, name: str, *command: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """SIGKILL: the process gets no chance to finish anything."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes.pop(name).wait(10)

    def kill_tree(self, name: str) -> None:
        """SIGKILL for the process and everything it started, as when its machine goes."""
        started = psutil.Process(self.processes[name].pid).children(recursive=True)
        self.kill(name)
        for process in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def dies_in(self, code: str) -> None:
        """Run a few lines inside the installation that end in SIGKILL."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.processes.clear()

    def answers(self, port: int | None = None) -> bool:
        """Whether an HTTP server listens (any answer will do)."""
        try:
            with urlopen(f"http://127.0.0.1:{port or self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            # Nobody listens, or whoever does is too busy yet to answer.
            return False

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What stands in the database, seen from outside."""
        raise NotImplementedError

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


class Embedded(Installation):
    """One process and a SQLite file, as `make run` starts it."""

    def copy(self, prepared: Path) -> None:
        """Set up by copying the folder of one that is."""
        shutil.copytree(prepared, self.folder, dirs_exist_ok=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "monty.sqlite3", timeout=20)) as database, database:
            return database.execute(query).fetchall()

    def start(self) -> None:
        self.start_process("serve", sys.executable, "manage.py", "serve", "--port", str(self.port))
        wait_until(self.answers, seconds=60, what="the embedded server's first answer")


class SpreadOut(Installation):
    """HTTP on a WSGI server, two socket processes, a worker and beat, on PostgreSQL and Redis."""

    def __init__(self, folder: Path, database: str, redis_url: str = REDIS_URL) -> None:
        super().__init__(folder)
        self.database = database
        self.socket_ports = [free_port(), free_port()]
        self.env |= {"DATABASE_URL": database_url(database), "REDIS_URL": redis_url}

    @property
    def socket_urls(self) -> list[str]:
        return [f"ws://127.0.0.1:{port}" for port in self.socket_ports]

    def set_up(self) -> None:
        self.make_database()
        super().set_up()

    def copy(self, prepared: Path, database: str) -> None:
        """Set up with the static files of a folder that is, and as a copy of a database in which all tables are."""
        self.make_database(like=database)
        shutil.copytree(prepared / "static", self.folder / "static")

    def make_database(self, like: str = "template1") -> None:
        """An empty one, or a copy of another; and nothing that an earlier run left in Redis."""
        with psycopg.connect(POSTGRESQL_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{like}"')
        if redis_url := self.env["REDIS_URL"]:
            redis.Redis.from_url(redis_url).flushdb()

    def start(self) -> None:
        self.start_web()
        for number, port in enumerate(self.socket_ports, start=1):
            self.start_socket(number, port)
        self.start_worker()
        self.start_beat()
        ports = [self.port, *self.socket_ports]
        wait_until(lambda: all(self.answers(port) for port in ports), seconds=60, what="an answer from every process")

    def start_web(self) -> None:
        options = ["--interface", "wsgi", "--port", str(self.port), "--workers", "2", "--blocking-threads", "1"]
        options += ["--log-level", "warning"]
        self.start_process("web", str(BIN / "granian"), *options, "monty.wsgi:application")

    def start_socket(self, number: int, port: int) -> None:
        self.env["DATABASE_POOL"] = "1"
        self.start_process(
            f"socket-{number}", str(BIN / "daphne"), "-v", "0", "-p", str(port), "monty.asgi:application"
        )
        del self.env["DATABASE_POOL"]

    def start_worker(self) -> None:
        options = ["worker", "--concurrency=2", "--loglevel=WARNING"]
        self.start_process("worker", str(BIN / "celery"), "--quiet", "-A", "monty", *options)

    def start_beat(self) -> None:
        schedule = f"--schedule={self.folder / 'beat'}"
        self.start_process(
            "beat", str(BIN / "celery"), "--quiet", "-A", "monty", "beat", schedule, "--loglevel=WARNING"
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as database:
            answer = database.execute(query)
            return answer.fetchall() if answer.description else []

    def tear_down(self) -> None:
        self.stop()
        with psycopg.connect(POSTGRESQL_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
