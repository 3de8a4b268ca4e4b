"""Runs an installation under fire, prints what came of it, and fails with words where a promise is broken."""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from chaos import promises
from chaos.crowd import AGENTS, CAST, VISITORS, AtWork, Caller, Guest, Ledger, Worker
from chaos.ear import Ear
from chaos.house import House, has_redis
from chaos.killer import Killer
from chaos.pages import differs, look_around, open_pages
from chaos.pulse import Heard, Pulse
from tests.client import Agent
from tests.services import chromium, postgresql

PULSES = 3
# Seconds. What a dying worker held is let go after a minute, and asked for by a sweep.
SETTLES_IN, PAGES_SETTLE_IN = 240, 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long it is under fire")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="who is killed when: as in that run")
    asked = parser.parse_args()
    missing = [f"{each.name}: {each.wanted}" for each in (postgresql(), chromium()) if not each.found]
    missing += [] if has_redis() else ["redis-server is not on the PATH"]
    if missing:
        print("The chaos run needs", "; ".join(missing), file=sys.stderr)
        return 1
    print(
        f"{asked.minutes:g} minutes, seed {asked.seed} (MINUTES={asked.minutes:g} SEED={asked.seed} repeats the blows)"
    )
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(os.environ.get("CHAOS_FOLDER", folder)), database=f"monty_chaos_{os.getpid()}")
        try:
            return Run(house, asked.seed).run(asked.minutes * 60)
        finally:
            house.tear_down()


class Run:
    """One run: who is in it, and what it found."""

    def __init__(self, house: House, seed: int) -> None:
        house.set_up()
        self.house, self.seed = house, seed
        self.ledger, self.heard = Ledger(), Heard()
        self.cast = json.loads(house.python(CAST))
        house.start()
        self.killer = Killer(house, seed)
        self.ear = Ear(Agent(house.url, "sara"), house.url.replace("http", "ws"))
        self.crowd = list(self.come_in())
        self.since = self.newest("message")
        self.first_event = self.newest("event")

    def come_in(self) -> "list[Worker]":
        url, cast, ledger = self.house.url, self.cast, self.ledger
        guests = [Guest(url, cast["chat"], ledger, number) for number in range(VISITORS)]
        callers = [Caller(url, channel, number, seed) for seed, (channel, number) in enumerate(cast["callers"])]
        agents = [AtWork(url, name, ledger, self.seed) for name in AGENTS]
        pulses = [Pulse(self.house, cast["pulse"], ledger, self.heard, number) for number in range(PULSES)]
        return [*guests, *callers, *agents, *pulses]

    def newest(self, table: str) -> int:
        return int(self.house.rows(f"SELECT max(id) FROM conversations_{table}")[0][0])

    def run(self, seconds: float) -> int:
        with open_pages(self.house.url, AGENTS) as pages:
            self.under_fire(pages, seconds)
            took, left = promises.settled(self.house, SETTLES_IN)
            broken = [f"stuck: {each}" for each in left]
            for name, page in zip(AGENTS, pages, strict=True):
                broken += [f"{name}'s page: {each}" for each in differs(page, PAGES_SETTLE_IN)]
        self.ear.over.set()
        broken += [f"{each} ended by itself" for each in self.killer.ended]
        taken, lost = promises.inbound(self.house, self.ledger)
        statuses, doubled = promises.outbound(self.house, self.ledger, self.since)
        broken += (
            lost + doubled + [f"{type(each).__name__} broke off: {each.broken!r}" for each in self.crowd if each.broken]
        )
        self.tell(taken, statuses, took)
        for each in broken[:40]:
            print(f"BROKEN  {each}", file=sys.stderr)
        print(f"{len(broken)} broken" if broken else "every promise held")
        return 1 if broken else 0

    def under_fire(self, pages: list[Page], seconds: float) -> None:
        self.ear.thread.start()
        for each in self.crowd:
            each.thread.start()
        self.killer.start()
        dice, end = random.Random(self.seed), time.monotonic() + seconds
        while time.monotonic() < end:
            pages[0].wait_for_timeout(7_000)
            look_around(dice.choice(pages), dice)
        self.killer.stop()
        for each in self.crowd:
            each.over.set()
        for each in self.crowd:
            each.thread.join(90)

    def tell(self, taken: int, statuses: "dict[str, int]", took: float) -> None:
        rounds = sorted(self.heard.rounds) or [0.0]
        events = {
            number for (number,) in self.house.rows(f"SELECT id FROM conversations_event WHERE id > {self.first_event}")
        }
        struck = ", ".join(f"{kind} {number}" for kind, number in sorted(self.killer.struck.items()))
        figures = {
            "customers' messages accepted": str(taken),
            "messages out, by their end": ", ".join(f"{name} {number}" for name, number in sorted(statuses.items())),
            "agents' answers taken, refused": f"{len(self.ledger.answered)}, {len(self.ledger.refused)}",
            "blows": f"{sum(self.killer.struck.values())}: {struck}",
            "connections that PostgreSQL ended": str(self.killer.connections),
            "question to ticked answer, median": f"{median(rounds):.1f} s",
            "  the 99th of a hundred": f"{rounds[int(len(rounds) * 0.99) - 1]:.1f} s",
            "  the longest: the time to be well again": f"{rounds[-1]:.1f} s, of {len(rounds)}",
            "until nothing waited any more": f"{took:.0f} s",
            "changes; heard live by one socket": f"{len(events)}; {len(events & self.ear.heard)}",
            "gaps that the socket was told of": str(self.ear.gaps),
        }
        for name, value in figures.items():
            print(f"{name:<44} {value}")


if __name__ == "__main__":
    sys.exit(main())
