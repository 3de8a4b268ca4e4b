"""Idle sockets: how many one process holds, what each costs in memory, and how soon a frame reaches all of them."""

import asyncio
import json
import resource
import time

import psutil
from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect

from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

WANTED = 2_000


def measure(installation: SpreadOut) -> list[Row]:
    agent = Agent(installation.url, "ana")
    process = psutil.Process(installation.processes["socket-1"].pid)
    return asyncio.run(hold(installation, agent, process))


async def hold(installation: SpreadOut, agent: Agent, process: psutil.Process) -> list[Row]:
    # Each socket is an open file here and there; stay below this machine's limit.
    number = min(WANTED, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
    before = process.memory_info().rss
    sockets: list[ClientConnection] = []
    for start in range(0, number, 50):
        batch = (open_socket(installation, agent) for _ in range(start, min(start + 50, number)))
        sockets += await asyncio.gather(*batch)
    each = (process.memory_info().rss - before) / len(sockets) / 1024
    delays = await hear_a_frame(installation, sockets)
    for start in range(0, number, 50):
        await asyncio.gather(*(socket.close() for socket in sockets[start : start + 50]))
    return [
        Row("idle sockets held by one process", len(sockets), "sockets", note="asked for, none refused"),
        Row("  memory of each", each, "kB"),
        Row("  one frame on all of them, p50", p50(delays) * 1000, "ms"),
        Row("  one frame on all of them, p99", p99(delays) * 1000, "ms"),
    ]


async def open_socket(installation: SpreadOut, agent: Agent) -> ClientConnection:
    url = installation.socket_urls[0]
    origin = Origin(url.replace("ws", "http", 1))
    headers = {"Cookie": agent.browser.cookie_header()}
    socket = await connect(
        f"{url}/ws/inbox/", origin=origin, additional_headers=headers, compression=None, open_timeout=60
    )
    assert json.loads(await socket.recv()) == {"hint": "ready"}
    return socket


async def hear_a_frame(installation: SpreadOut, sockets: list[ClientConnection]) -> list[float]:
    """Seconds from one PUBLISH until each socket's client has the frame."""
    import redis.asyncio

    listening = [asyncio.create_task(heard(socket)) for socket in sockets]
    await asyncio.sleep(0.5)
    frame = json.dumps({"hint": "bench"})
    start = time.perf_counter()
    async with redis.asyncio.from_url(installation.env["REDIS_URL"]) as client:
        topic = "monty.live." + installation.env["REDIS_URL"].rpartition("/")[2]
        await client.publish(topic, json.dumps({"groups": ["everybody"], "frame": frame, "sent": time.time()}))
    return [moment - start for moment in await asyncio.gather(*listening)]


async def heard(socket: ClientConnection) -> float:
    async for text in socket:
        if json.loads(text) == {"hint": "bench"}:
            return time.perf_counter()
    raise AssertionError("the socket was closed")
