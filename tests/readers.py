"""Workers that read deliveries side by side, in processes of their own, and are killed while they do.

Run as a program: `python -m tests.readers <workers> <kills>`. They are forked from one process, so that a new one is
there at once. Ends when everything is read; prints how many were killed while they held a delivery.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta


def main(workers: int, kills: int) -> None:
    import django

    django.setup()
    from django.db import connections

    children = [fork() for _ in range(workers)]
    caught = 0
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 0.5))
        child = children.pop(random.randrange(workers))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        caught += let_go()
        connections.close_all()
        children.append(fork())
    for child in children:
        os.waitpid(child, 0)
    print(caught)


def fork() -> int:
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return child


def let_go() -> int:
    """What the dead held is let go after a minute: it passes now, also for what the living hold, which does no harm."""
    from django.utils import timezone

    from channels_app.models import Delivery

    held = Delivery.objects.filter(state=Delivery.State.NEW, claimed_at__isnull=False)
    return held.update(claimed_at=timezone.now() - timedelta(seconds=61), tries=0)


def work() -> None:
    """Read whatever is unread, in any order, until nothing is."""
    from channels_app.adapters import ADAPTERS
    from channels_app.models import Delivery
    from conversations.incoming import ingest
    from tests.herald import Herald

    ADAPTERS[Herald.kind] = Herald
    random.seed()
    while Delivery.objects.filter(state=Delivery.State.NEW).exists():
        waiting = list(Delivery.objects.unread().values_list("pk", flat=True)[:50])
        if waiting:
            ingest.read(random.choice(waiting))
        else:
            time.sleep(0.02)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
