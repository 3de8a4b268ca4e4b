"""Whether a channel works: its provider is asked who we are there, and somebody gets a message."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.models import Channel
from conversations.health import DAY
from conversations.models import Conversation, Message
from teams.models import Teammate

# To so many of the conversations of the last day a test message may be sent.
RECENT = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What the account is called at the provider, and the message that is on its way, if one was wanted."""

    account: str
    message: Message | None


def may_get_one(channel: Channel, *, by: Teammate) -> QuerySet[Conversation]:
    """With whoever wrote there within the last day, of those that this person sees."""
    rows = Conversation.objects.visible_to(by).live().filter(channel=channel)
    recent = rows.filter(inquiry_at__gte=timezone.now() - DAY).newest_first()
    return Conversation.objects.filter(pk__in=list(recent.values_list("pk", flat=True)[:RECENT]))


def ask(channel: Channel, conversation: Conversation | None) -> Answer:
    """Raises Refused, WindowShut."""
    account = channel.look_after()
    if conversation is None:
        return Answer(account, None)
    # By Monty itself: a customer who waits for a person goes on waiting.
    return Answer(account, conversation.reply(_("This is a test message."), by=None).message)
