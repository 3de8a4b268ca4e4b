from teams.models.people import Membership, Team, Teammate
from teams.models.presence import Availability, PresenceChange
from teams.models.schedule import Holiday, Opening, Schedule, Weekday

__all__ = [
    "Availability",
    "Holiday",
    "Membership",
    "Opening",
    "PresenceChange",
    "Schedule",
    "Team",
    "Teammate",
    "Weekday",
]
