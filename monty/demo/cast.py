"""Who works in the demo shop, and on which channels its customers write. Made only by `manage.py demo`."""

from datetime import date, time, timedelta

from django.utils import timezone

from channels_app.models import Channel
from conversations.models import Colour, Label
from teams import presence, roles
from teams.hours import MIDNIGHT
from teams.models import Availability, Membership, Schedule, Team, Teammate, Weekday

PASSWORD = "monty"  # noqa: S105  (the contract's demo password; these accounts exist nowhere else)

# Enough that whoever tries the demo shop beside the demo's own conversations still finds somebody with room.
CAPACITY = 20

# username, first name, last name, group, team
PEOPLE = [
    ("admin", "Alex", "Admin", "Admin", None),
    ("sara", "Sara", "Sands", "Supervisor", None),
    ("ana", "Ana", "Alder", "Agent", "Sales"),
    ("ben", "Ben", "Birch", "Agent", "Sales"),
    ("cara", "Cara", "Cedar", "Agent", "Support"),
    ("dora", "Dora", "Dale", "Agent", "Support"),
]
LABELS = [
    ("Order", Colour.BLUE),
    ("Delivery", Colour.TEAL),
    ("Complaint", Colour.RED),
    ("Invoice", Colour.VIOLET),
    ("Idea", Colour.GREEN),
]
TEAMS = [("Sales", True), ("Support", True)]

# name, time zone, the days on which it is open, from, to
SCHEDULES = [
    ("Round the clock", "UTC", Weekday, MIDNIGHT, MIDNIGHT),
    ("Office hours", "Europe/Berlin", list(Weekday)[:5], time(9), time(18)),
]
# team, its schedule, its away message, how many conversations a member may have
HOURS = [
    ("Sales", "Round the clock", "", 18),
    (
        "Support",
        "Office hours",
        "Thank you for writing! We are here Monday to Friday from 9 to 18 and answer first thing then.",
        12,
    ),
]

# kind, name, team, the provider's account id, configuration
CHANNELS = [
    (
        "webchat",
        "Website chat",
        "Sales",
        "",
        {
            "demo": True,
            "identity_secret": "monty-widget-secret",
            "greeting": "Hello! Ask us anything, a person will answer.",
        },
    ),
    ("facebook", "Facebook page", "Support", "104000000000001", {}),
    ("whatsapp", "WhatsApp line", "Sales", "105000000000002", {}),
    ("instagram", "Instagram", "Support", "178400000000003", {}),
    ("twitter", "Twitter", None, "1590000000000000004", {}),
]


def make_teams() -> dict[str | None, Team | None]:
    teams: dict[str | None, Team | None] = {None: None}
    for name, auto_assign in TEAMS:
        teams[name] = Team.objects.get_or_create(name=name, defaults={"auto_assign": auto_assign})[0]
    return teams


def make_labels() -> None:
    for name, colour in LABELS:
        Label.objects.get_or_create(name=name, defaults={"colour": colour})


def make_hours() -> None:
    """The teams' working hours; made after the history, which knows no closing time."""
    schedules = {}
    for name, zone, days, opens, closes in SCHEDULES:
        schedules[name], new = Schedule.objects.get_or_create(name=name, defaults={"time_zone": zone})
        for day in days if new else ():
            schedules[name].openings.create(weekday=day, opens=opens, closes=closes)
    office, year = schedules["Office hours"], timezone.localdate().year
    office.holidays.get_or_create(day=date(year, 12, 25), defaults={"name": "Christmas Day"})
    for name, schedule, away_message, capacity in HOURS:
        Team.objects.filter(name=name, schedule=None).update(
            schedule=schedules[schedule], away_message=away_message, capacity=capacity
        )


def send_to_lunch(person: Teammate) -> None:
    back_at = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=45)
    presence.choose(person, Availability.AWAY, by=person, reason="Lunch", back_at=back_at)


def make_people(teams: dict[str | None, Team | None]) -> dict[str, Teammate]:
    people = {}
    for username, first_name, last_name, group, team in PEOPLE:
        person = Teammate.objects.filter(username=username).first() or Teammate(username=username)
        new = person.pk is None
        person.first_name, person.last_name = first_name, last_name
        person.email = f"{username}@example.org"
        person.is_superuser = username == "admin"
        person.capacity = CAPACITY
        person.set_password(PASSWORD)
        person.save()
        roles.give(person, group)
        if teams[team]:
            Membership.objects.get_or_create(team=teams[team], teammate=person)
        if new and username == "dora":
            send_to_lunch(person)
        people[username] = person
    return people


def make_channels(teams: dict[str | None, Team | None]) -> list[Channel]:
    """The demo's channels; one that exists is left as a person may have changed it."""
    return [
        Channel.objects.get_or_create(
            kind=kind, name=name, defaults={"team": teams[team], "external_id": external_id, "config": config}
        )[0]
        for kind, name, team, external_id, config in CHANNELS
    ]
