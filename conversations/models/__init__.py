from conversations.models.contact import Contact, Identity
from conversations.models.conversation import Conversation
from conversations.models.episode import Episode
from conversations.models.event import Event
from conversations.models.message import Attachment, Author, Message, Status
from conversations.models.states import Priority, State

__all__ = [
    "Attachment",
    "Author",
    "Contact",
    "Conversation",
    "Episode",
    "Event",
    "Identity",
    "Message",
    "Priority",
    "State",
    "Status",
]
