"""Reading what providers posted: from a delivery's bytes to facts, each in the right channel, none lost for another."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from channels_app import border
from channels_app.border import Fact, Item, Unknown
from channels_app.models import Channel, Delivery
from conversations.incoming import early, echoes, hints, intake, marks, notices, people, receipts
from monty.errors import MontyError

logger = logging.getLogger(__name__)
# How many troubles of one delivery are written down.
MOST_TROUBLES = 50


class Unreadable(MontyError):
    """An item that Monty cannot take in (yet)."""


class Road(NamedTuple):
    """How facts of one kind are taken in, and how many in one transaction at most.

    What locks several rows locks them in one order, all at once; what does not goes one by one.
    """

    take: Callable[[Channel, Any], None]
    at_once: int = 1


def read(delivery_id: int) -> None:
    """Take in what a delivery says, unless another worker has it. Twice does no harm: every fact is known by its id.

    What breaks is written down with the delivery, which is read again later; all the rest is in. A worker that dies
    leaves the delivery claimed: after a minute another one reads it.
    """
    delivery = Delivery.objects.claim(delivery_id)
    if delivery is None:
        return
    troubles = [
        trouble
        for channel, facts in routed(delivery.channel, items_of(delivery)).items()
        for trouble in take(channel, facts, roads(delivery))
    ]
    delivery.settle(troubles[:MOST_TROUBLES])


def items_of(delivery: Delivery) -> list[Item]:
    try:
        # JSON knows no NaN, and neither does a database's.
        raw = json.loads(bytes(delivery.body), parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        return [Item("", Unknown(None, _("This is not JSON.")))]
    try:
        return delivery.channel.adapter.parse(raw)
    except Exception:  # The adapter's own bug, which shall be mended: the delivery waits for that.
        logger.exception("delivery %s could not be parsed", delivery.pk)
        return [Item("", Unknown(None, _("It could not be parsed; the log says more.")))]


def routed(own: Channel, items: Sequence[Item]) -> dict[Channel, list[Fact]]:
    """The facts by their channels. A provider may post for several accounts to one address."""
    channels: dict[str, Channel | None] = dict.fromkeys(("", own.external_id), own)
    facts: defaultdict[Channel, list[Fact]] = defaultdict(list)
    for account, fact in ((item.account, item.fact) for item in items):
        if account not in channels:
            channels[account] = Channel.objects.connected_to(account, like=own)
        if channel := channels[account]:
            facts[channel].append(fact)
        else:
            why = _("No channel is connected to the account %(account)s.") % {"account": account[:100]}
            facts[own].append(Unknown(None, why))
    return facts


def roads(delivery: Delivery) -> dict[type, Road]:
    """In this order: first who they are, then what was said, then what became of it."""
    return {
        border.Moved: Road(people.move),
        border.Inbound: Road(take_inbounds, at_once=200),
        border.Echo: Road(each(echoes.take)),
        border.Edit: Road(marks.take, at_once=200),
        border.Reaction: Road(marks.take, at_once=200),
        border.Unsend: Road(marks.take, at_once=200),
        border.Receipt: Road(receipts.take, at_once=500),
        border.Typing: Road(each(hints.typing)),
        border.Notice: Road(each(partial(notices.take, delivery))),
        border.Unknown: Road(each(refuse)),
    }


def take_inbounds(channel: Channel, inbounds: Sequence[border.Inbound]) -> None:
    received = intake.receive_all(channel, inbounds)
    early.settle_all(message for message, new in received if new)


def each(take_one: Callable[[Channel, Any], None]) -> Callable[[Channel, Sequence[Any]], None]:
    def take_each(channel: Channel, facts: Sequence[Any]) -> None:
        for fact in facts:
            take_one(channel, fact)

    return take_each


def refuse(channel: Channel, fact: Unknown) -> None:
    raise Unreadable(fact.why)


def take(channel: Channel, facts: Sequence[Fact], by_kind: dict[type, Road]) -> Iterator[str]:
    """Take facts in, those of each kind by the provider's clock; what broke, in words."""
    for kind, road in by_kind.items():
        mine = [fact for fact in facts if isinstance(fact, kind)]
        if hasattr(kind, "at"):
            mine.sort(key=attrgetter("at"))
        for start in range(0, len(mine), road.at_once):
            yield from together(channel, mine[start : start + road.at_once], road.take)


def together(channel: Channel, facts: Sequence[Fact], take: Callable[[Channel, Any], None]) -> list[str]:
    """All in one go, which is quick; if that breaks, each half for itself, down to the one that broke it."""
    try:
        take(channel, facts)
    except Exception as error:
        if len(facts) > 1:
            half = len(facts) // 2
            return together(channel, facts[:half], take) + together(channel, facts[half:], take)
        # The database is away, or two workers were in each other's way: not the fact's fault, it is read again.
        if isinstance(error, OperationalError | InterfaceError):
            raise
        return [trouble(facts[0], error)]
    return []


def trouble(fact: Fact, error: Exception) -> str:
    """What is to be read beside the delivery."""
    if isinstance(error, MontyError):
        return str(error.detail)
    logger.error("a fact could not be taken in", exc_info=error)
    name = getattr(fact, "external_id", "") or getattr(fact, "target", "")
    return f"{type(fact).__name__} {name}: {type(error).__name__}: {error}"[:500]
