"""Who works in the demo shop, and on which channels its customers write. Made only by `manage.py demo`."""

from channels_app.models import Channel
from teams import roles
from teams.models import Membership, Team, Teammate

PASSWORD = "monty"  # noqa: S105  (the contract's demo password; these accounts exist nowhere else)

# Enough that whoever tries the demo shop beside the demo's own conversations still finds somebody with room.
CAPACITY = 20

# username, first name, last name, group, team
PEOPLE = [
    ("admin", "Alex", "Admin", "Supervisor", None),
    ("sara", "Sara", "Sands", "Supervisor", None),
    ("ana", "Ana", "Alder", "Agent", "Sales"),
    ("ben", "Ben", "Birch", "Agent", "Sales"),
    ("cara", "Cara", "Cedar", "Agent", "Support"),
]
TEAMS = [("Sales", True), ("Support", False)]

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


def make_people(teams: dict[str | None, Team | None]) -> dict[str, Teammate]:
    people = {}
    for username, first_name, last_name, group, team in PEOPLE:
        person = Teammate.objects.filter(username=username).first() or Teammate(username=username)
        person.first_name, person.last_name = first_name, last_name
        person.email = f"{username}@example.org"
        person.is_superuser = username == "admin"
        person.capacity = CAPACITY
        person.set_password(PASSWORD)
        person.save()
        roles.give(person, group)
        if teams[team]:
            Membership.objects.get_or_create(team=teams[team], teammate=person)
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
