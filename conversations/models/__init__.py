from conversations.models.attachment import Attachment, Here
from conversations.models.attribute import Attribute, Kind
from conversations.models.bulk import BulkItem, BulkRun
from conversations.models.contact import Alias, Contact, Identity
from conversations.models.conversation import Conversation
from conversations.models.decision import Decision, Round
from conversations.models.digest import Digest
from conversations.models.draft import Draft
from conversations.models.episode import Episode
from conversations.models.event import Event
from conversations.models.fact import Fact, Measure
from conversations.models.importing import Import, RefusedItem
from conversations.models.label import Colour, Label, Labelling
from conversations.models.macro import Macro
from conversations.models.mailing import Mailing
from conversations.models.mention import Mention
from conversations.models.merge import Merge
from conversations.models.message import Message
from conversations.models.message_states import Author, Status
from conversations.models.online import OnlineDay
from conversations.models.reaction import Reaction
from conversations.models.rollup import Cell, Meter, Rollup, Slice, Stale
from conversations.models.saved_reply import SavedFile, SavedReply
from conversations.models.saved_view import SavedView
from conversations.models.scheduled import Held, Plan, Scheduled, ScheduledFile
from conversations.models.sending import Attempt, EarlyReceipt
from conversations.models.sorting import Sort
from conversations.models.states import Absence, Priority, State
from conversations.models.upload import Upload

__all__ = [
    "Absence",
    "Alias",
    "Attachment",
    "Attempt",
    "Attribute",
    "Author",
    "BulkItem",
    "BulkRun",
    "Cell",
    "Colour",
    "Contact",
    "Conversation",
    "Decision",
    "Digest",
    "Draft",
    "EarlyReceipt",
    "Episode",
    "Event",
    "Fact",
    "Held",
    "Here",
    "Identity",
    "Import",
    "Kind",
    "Label",
    "Labelling",
    "Macro",
    "Mailing",
    "Measure",
    "Mention",
    "Merge",
    "Message",
    "Meter",
    "OnlineDay",
    "Plan",
    "Priority",
    "Reaction",
    "RefusedItem",
    "Rollup",
    "Round",
    "SavedFile",
    "SavedReply",
    "SavedView",
    "Scheduled",
    "ScheduledFile",
    "Slice",
    "Sort",
    "Stale",
    "State",
    "Status",
    "Upload",
]
