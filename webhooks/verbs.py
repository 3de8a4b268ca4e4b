"""What may be subscribed to: everything that can happen in a conversation, by the names it has everywhere."""

from conversations.models import Conversation
from conversations.models.event import CHANGES_LINES, IN_THREAD

# Of what is sent to try a webhook.
TEST = "test"


def known() -> list[str]:
    """The conversation's verbs, and what floors above tell in its timeline; in alphabetical order."""
    moves = Conversation._meta.get_field("state").get_all_transitions(Conversation)
    return sorted({move.custom["name"] for move in moves} | {*IN_THREAD, *CHANGES_LINES})
