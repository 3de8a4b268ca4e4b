"""Redis as Celery's broker, as kombu has it, but for one thing: a worker outlives Redis.

When its connection is lost, kombu gives back what the worker had taken by that very connection, and stumbles over its
not being there: not with an error of the connection, which everybody above expects, and so the worker ended (kombu
5.7.0). What cannot be given back, Redis hands out again after its time, and the sweeps find sooner.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection.client is None:
            raise ConnectionError("the connection to the broker is lost")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    Channel = Channel


def take_part() -> None:
    """From now on addresses that begin with redis:// mean this one."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "monty.broker:Transport"))
