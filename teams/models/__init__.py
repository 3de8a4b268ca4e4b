from teams.models.people import Membership, Team, Teammate
from teams.models.presence import Availability, PresenceChange

__all__ = ["Availability", "Membership", "PresenceChange", "Team", "Teammate"]
