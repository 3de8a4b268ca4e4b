"""Every way to pay by its name: each is one file in this folder."""

from orders.payments.base import Method
from orders.payments.hosted import Hosted
from orders.payments.offline import Offline

METHODS: dict[str, Method] = {method.kind: method for method in (Offline(), Hosted())}


def offered() -> list[Method]:
    """Those that are set up here."""
    return [method for method in METHODS.values() if method.is_set_up]
