from conversations.models.attachment import Attachment, Here
from conversations.models.bulk import BulkItem, BulkRun
from conversations.models.contact import Alias, Contact, Identity
from conversations.models.conversation import Conversation
from conversations.models.decision import Decision, Round
from conversations.models.draft import Draft
from conversations.models.episode import Episode
from conversations.models.event import Event
from conversations.models.label import Colour, Label, Labelling
from conversations.models.mention import Mention
from conversations.models.message import Message
from conversations.models.message_states import Author, Status
from conversations.models.reaction import Reaction
from conversations.models.saved_reply import SavedFile, SavedReply
from conversations.models.saved_view import SavedView
from conversations.models.sending import Attempt, EarlyReceipt
from conversations.models.sorting import Sort
from conversations.models.states import Absence, Priority, State

__all__ = [
    "Absence",
    "Alias",
    "Attachment",
    "Attempt",
    "Author",
    "BulkItem",
    "BulkRun",
    "Colour",
    "Contact",
    "Conversation",
    "Decision",
    "Draft",
    "EarlyReceipt",
    "Episode",
    "Event",
    "Here",
    "Identity",
    "Label",
    "Labelling",
    "Mention",
    "Message",
    "Priority",
    "Reaction",
    "Round",
    "SavedFile",
    "SavedReply",
    "SavedView",
    "Sort",
    "State",
    "Status",
]
