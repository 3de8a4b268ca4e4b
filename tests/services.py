"""Which services the tests can use on this machine."""

import contextlib
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import redis

POSTGRESQL_URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# A database of its own, so that tests never meet what else the server keeps.
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
# The shell is the same engine without a browser's windows, which nobody sees here and which cost half of the time.
BROWSERS = ["chromium-headless-shell", "chromium", "google-chrome"]
CHROMIUM = os.environ.get("TEST_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")


@dataclass(frozen=True)
class Service:
    name: str
    found: bool
    wanted: str


def postgresql() -> Service:
    try:
        psycopg.connect(POSTGRESQL_URL, connect_timeout=2).close()
        found = True
    except psycopg.Error:
        found = False
    return Service("PostgreSQL", found, f"no server answers at {POSTGRESQL_URL} (TEST_DATABASE_URL)")


def redis_server() -> Service:
    try:
        found = bool(redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2).ping())
    except redis.RedisError:
        found = False
    return Service("Redis", found, f"no server answers at {REDIS_URL} (TEST_REDIS_URL)")


def chromium() -> Service:
    return Service("Chromium", bool(CHROMIUM), "no chromium on the PATH (TEST_CHROMIUM)")


def all_services() -> list[Service]:
    return [postgresql(), redis_server(), chromium()]


def database_url(name: str) -> str:
    """The address of another database on the PostgreSQL server of the tests."""
    parts = urlsplit(POSTGRESQL_URL)
    return parts._replace(path=f"/{name}").geturl()


def own_redis_url(number: int) -> str:
    """The first or second database on the Redis server that only this process of the tests uses.

    A worker takes whatever work it finds, and an installation that is made empties what it will use.
    """
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return REDIS_URL.rpartition("/")[0] + f"/{number + 2 * process}"


def free_port() -> int:
    """One from below those that connections come from (32768 and above on Linux): none of them takes it meanwhile."""
    while True:
        # Not as the tests draw: of two processes of theirs both would try the same ones.
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
