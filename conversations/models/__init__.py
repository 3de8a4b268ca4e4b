from conversations.models.contact import Contact, Identity
from conversations.models.conversation import Conversation
from conversations.models.decision import Decision, Round
from conversations.models.episode import Episode
from conversations.models.event import Event
from conversations.models.message import Attachment, Author, Message, Status
from conversations.models.states import Absence, Priority, State

__all__ = [
    "Absence",
    "Attachment",
    "Author",
    "Contact",
    "Conversation",
    "Decision",
    "Episode",
    "Event",
    "Identity",
    "Message",
    "Priority",
    "Round",
    "State",
    "Status",
]
