"""People, teams, working hours and presence in the admin."""

from teams.admin import people, schedules, teams

__all__ = ["people", "schedules", "teams"]
