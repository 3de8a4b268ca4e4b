from teams.models.audit import AuditEntry, Deed, Door
from teams.models.idempotency import IdempotencyKey
from teams.models.invitation import Invitation
from teams.models.keeping import Keeping
from teams.models.notices import DEFAULTS, About, Choice, Way
from teams.models.people import Membership, Team, Teammate
from teams.models.personal import Theme
from teams.models.presence import Availability, PresenceChange
from teams.models.rights import Inbox
from teams.models.schedule import Holiday, Opening, Schedule, Weekday
from teams.models.setting import Setting
from teams.models.token import ApiToken, Scope

__all__ = [
    "DEFAULTS",
    "About",
    "ApiToken",
    "AuditEntry",
    "Availability",
    "Choice",
    "Deed",
    "Door",
    "Holiday",
    "IdempotencyKey",
    "Inbox",
    "Invitation",
    "Keeping",
    "Membership",
    "Opening",
    "PresenceChange",
    "Schedule",
    "Scope",
    "Setting",
    "Team",
    "Teammate",
    "Theme",
    "Way",
    "Weekday",
]
