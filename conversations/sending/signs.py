"""What a customer is shown beside messages: that somebody is typing, that theirs were read.

Signs are worth little and soon stale: each is tried once, not too often, and never instead of a message.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from channels_app.models import Channel
from channels_app.verdicts import Refused
from conversations.models import Conversation
from conversations.window import Reply
from monty import rates

logger = logging.getLogger(__name__)
# Providers show typing for about 20 s; whoever goes on typing is shown anew before it ends.
ONCE_IN = timedelta(seconds=15)
COUNTED_FOR = timedelta(days=2)


def show_typing(conversation: Conversation) -> None:
    """Tell the customer that somebody is typing."""
    channel = conversation.channel
    can = channel.adapter.can
    wanted = can.typing and (channel.tells_reading or not can.typing_reads)
    if wanted and is_possible(conversation) and claim("typing", conversation):
        give(channel, channel.adapter.show_typing, conversation)


def show_read(conversation: Conversation) -> bool:
    """Tell the customer that their messages were read. False: it is too soon, come back in ONCE_IN."""
    channel = conversation.channel
    wanted = channel.adapter.can.mark_read and channel.tells_reading
    if not wanted or not is_possible(conversation):
        return True
    if claim("read", conversation):
        give(channel, channel.adapter.mark_read, conversation)
        return True
    # The last mark must not be lost, but one comes back for all.
    return not claim("read later", conversation)


def is_possible(conversation: Conversation) -> bool:
    """Not past the window, not even where a person may still write: a sign cannot say that it comes from one."""
    return conversation.channel.carries and conversation.policy().reply == Reply.OPEN


def claim(sign: str, conversation: Conversation) -> bool:
    return cache.add(f"signs.{sign.replace(' ', '.')}.{conversation.pk}", True, timeout=ONCE_IN.total_seconds())


def give(channel: Channel, show: Callable[..., None], conversation: Conversation) -> None:
    last = conversation.messages.of_contact().exclude(external_id="").order_by("-pk").first()
    if last is None:
        return
    try:
        show(conversation.identity.external_id, last=last.external_id)
    except Refused as refused:
        logger.info("a sign on channel %s was refused: %s", channel.pk, refused)
        count_failure(channel)


def count_failure(channel: Channel) -> None:
    rates.one_more(failures_key(channel), COUNTED_FOR.total_seconds())


def failures_today(channel: Channel) -> int:
    """How many signs the provider has refused today (UTC)."""
    return int(cache.get(failures_key(channel), 0))


def failures_key(channel: Channel) -> str:
    return f"signs.refused.{channel.pk}.{timezone.now():%Y-%m-%d}"
