"""Somebody who kills what runs, at random, and a supervisor who starts it again."""

import random
import threading
import time
from collections import Counter

from chaos.house import House

# How often each is struck, of a hundred.
KINDS = {"web": 22, "socket": 16, "worker": 24, "beat": 10, "redis": 10, "postgresql": 18}
# Seconds: from one blow to the next, on average, and how long a supervisor may need.
PAUSE = 6.0
DEAD_FOR = (0.2, 3.0)


class Killer:
    """Strikes from `start` to `stop`; `struck` counts the blows by kind. The same seed strikes the same in turn."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.dice = random.Random(seed)
        self.struck: Counter[str] = Counter()
        self.connections = 0
        # Whoever ended without having been struck.
        self.ended: list[str] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Whoever is dead is started again first."""
        self.over.set()
        self.thread.join(60)
        self.ended += self.house.revive()

    def work(self) -> None:
        while not self.over.wait(self.dice.uniform(0.3, 1.7) * PAUSE):
            self.ended += self.house.revive()
            kind = self.dice.choices(list(KINDS), weights=list(KINDS.values()))[0]
            if kind == "postgresql":
                self.connections += self.house.end_connections(self.dice.choice([0.5, 1.0]))
            else:
                self.strike(kind)
            self.struck[kind] += 1

    def strike(self, kind: str) -> None:
        name = self.dice.choice([each for each in self.house.starts if each.startswith(kind)])
        self.house.kill_tree(name)
        time.sleep(self.dice.uniform(*DEAD_FOR))
        self.house.starts[name]()
