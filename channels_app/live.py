"""Live push to open browsers: one function, two carriers.

A push is a hint, never the truth: it may be lost, so pages fetch what they missed by its id. Spread out, it is one
Redis PUBLISH that every socket process hears. Embedded, it is a thread-safe call into the running loop. Each process
keeps its own sockets in a registry, so that a frame is serialised once however many sockets get it.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import redis
import redis.asyncio
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from prometheus_client import Gauge, Histogram

logger = logging.getLogger(__name__)
# Redis keeps its databases apart, but not what is published: two installations on one server must not hear each other.
TOPIC = "monty.live" + urlsplit(settings.REDIS_URL).path.replace("/", ".")
# Told to every socket of a process that was cut off from Redis for a while: what you heard may have gaps.
CATCH_UP = {"hint": "catch_up"}

OVERSEERS = "overseers"
# Everybody who works here: for what waits in no team's inbox, and for presence.
EVERYBODY = "everybody"


def person(teammate_id: int) -> str:
    return f"person.{teammate_id}"


def team(team_id: int) -> str:
    return f"team.{team_id}"


def visitor(external_id: str, channel_id: int) -> str:
    return f"visitor.{channel_id}.{external_id}"


class Socket(Protocol):
    """What the registry needs of a consumer."""

    async def deliver(self, text: str) -> None: ...

    async def dismiss(self) -> None: ...


class Registry:
    """The sockets of this process by group. Touched only on the loop they live on."""

    def __init__(self) -> None:
        self.groups: defaultdict[str, set[Socket]] = defaultdict(set)
        self.joined: dict[Socket, tuple[str, ...]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.subscription: asyncio.Task[None] | None = None

    def join(self, socket: Socket, groups: Iterable[str]) -> None:
        """Put a socket into exactly these groups."""
        self.leave(socket)
        self.joined[socket] = tuple(groups)
        for group in self.joined[socket]:
            self.groups[group].add(socket)
        self.loop = asyncio.get_running_loop()
        if settings.REDIS_URL and (self.subscription is None or self.subscription.done()):
            self.subscription = self.loop.create_task(self.listen())

    def leave(self, socket: Socket) -> None:
        for group in self.joined.pop(socket, ()):
            self.groups[group].discard(socket)
            if not self.groups[group]:
                del self.groups[group]

    async def deliver(self, groups: Iterable[str], text: str) -> None:
        """Send a frame once to every socket that is in any of the groups."""
        sockets: set[Socket] = set().union(*(self.groups.get(group, ()) for group in groups))
        for socket in sockets:
            try:
                await socket.deliver(text)
            except Exception:  # One broken socket must not keep a frame from the others.
                logger.exception("a live frame could not be delivered")

    async def dismiss(self) -> None:
        """The process leaves: every socket shall come back, and finds another one."""
        for socket in list(self.joined):
            with suppress(Exception):  # As above.
                await socket.dismiss()

    async def deliver_all(self, packed: Iterable[tuple[list[str], str]], sent: float) -> None:
        """`sent`: when the push began, in seconds by the clock of whoever pushed."""
        for groups, text in packed:
            await self.deliver(groups, text)
        PUSH_DELAY.observe(max(time.time() - sent, 0))

    async def unpack(self, packet: bytes) -> None:
        try:
            content = json.loads(packet)
            await self.deliver_all([(content["groups"], content["frame"])], content["sent"])
        except (ValueError, TypeError, KeyError):  # Not one of ours: somebody else uses this Redis too.
            logger.warning("live push heard something it does not understand")

    async def listen(self) -> None:
        """Hear Redis for as long as the process lives; after a gap, tell every socket to catch up."""
        pause = 0.1
        while True:
            try:
                async with redis.asyncio.from_url(settings.REDIS_URL, client_name=TOPIC).pubsub() as heard:
                    await heard.subscribe(TOPIC)
                    await self.deliver(list(self.groups), encode(CATCH_UP))
                    pause = 0.1
                    async for item in heard.listen():
                        if item["type"] == "message":
                            await self.unpack(item["data"])
            except (redis.RedisError, OSError) as error:
                logger.warning("live push lost Redis, trying again: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


registry = Registry()
Gauge("monty_sockets", "Open websockets of this process").set_function(lambda: len(registry.joined))
PUSH_DELAY = Histogram("monty_push_delay_seconds", "From a push to this process's sockets")


Packet = tuple[Iterable[str], dict[str, Any]]


def push(groups: Iterable[str], frame: dict[str, Any]) -> bool:
    """Send a frame to whoever is in any of the groups. False: nothing could carry it, somebody should try again."""
    return push_all([(groups, frame)])


def push_all(packets: Iterable[Packet]) -> bool:
    """Send many frames, in order, on one road; as `push`."""
    packed = [(sorted(set(groups)), encode(frame)) for groups, frame in packets]
    return push_by_redis(packed) if settings.REDIS_URL else push_by_loop(packed)


def push_by_redis(packed: list[tuple[list[str], str]]) -> bool:
    pipeline = publisher().pipeline(transaction=False)
    for groups, text in packed:
        pipeline.publish(TOPIC, json.dumps({"groups": groups, "frame": text, "sent": time.time()}))
    try:
        pipeline.execute()
    except redis.RedisError as error:
        logger.warning("live push failed: %s", error)
        return False
    return True


def push_by_loop(packed: list[tuple[list[str], str]]) -> bool:
    """Embedded: the sockets live in this very process. Never wait for them: their loop may be stopping."""
    if registry.loop is None or registry.loop.is_closed():
        return False
    asyncio.run_coroutine_threadsafe(registry.deliver_all(packed, time.time()), registry.loop)
    return True


@cache
def publisher() -> redis.Redis:
    # A slow Redis must cost a request little: what is not pushed now, a sweep pushes later.
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, cls=DjangoJSONEncoder, separators=(",", ":"))
