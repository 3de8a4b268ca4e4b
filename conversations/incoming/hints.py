"""What providers tell of this very moment: shown to whoever looks, never stored."""

from datetime import timedelta

from django.utils import timezone

from channels_app.border import Typing
from channels_app.models import Channel
from conversations import events
from conversations.incoming import people
from conversations.models import Conversation

# Nobody types for as long without a word of it.
FRESH = timedelta(seconds=20)


def typing(channel: Channel, hint: Typing) -> None:
    """The customer is typing: told to whoever sees their live conversation, if there is one."""
    if hint.at < timezone.now() - FRESH:
        return
    identity = people.known_as(channel, hint.sender)
    conversation = identity and Conversation.objects.live().filter(identity=identity).first()
    if conversation:
        events.push_typing(conversation)
