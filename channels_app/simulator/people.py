"""Who has a phone: a standing cast on each channel, whoever wrote in the demo's history, and newcomers."""

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from channels_app.simulator.models import Account, Person

# name, user name, whether WhatsApp shows the number
CAST = [
    ("Nora Quist", "nora.quist", True),
    ("Omar Farsi", "omar.farsi", True),
    ("Lena Brook", "lena.brook", False),
    ("ليلى منصور", "layla.m", True),
    ("Pia Zander", "pia.zander", True),
]
FIRST = ["Ida", "Jonas", "Kemi", "Luca", "Mira", "Nils", "Rosa", "Samir", "Tess", "Ugo"]
LAST = ["Ash", "Brandt", "Castle", "Dunn", "Elm", "Frost", "Grove", "Hale"]
# Names the provider tells; elsewhere a user name is part of the person.
KNOWN_BY_USERNAME = ("whatsapp", "twitter", "instagram")


def cast(account: Account) -> None:
    """Those who are always there; nobody twice."""
    if not account.people.filter(cast=True).exists():
        for seed, (name, username, shows_number) in enumerate(CAST, start=1):
            settle(account, seed, name, username, shows_number=shows_number, cast=True)


def newcomer(account: Account) -> Person:
    """Somebody whom Monty has never seen."""
    name = f"{random.choice(FIRST)} {random.choice(LAST)}"  # noqa: S311
    return settle(account, random.randrange(10**6, 10**8), name, name.lower().replace(" ", "."))  # noqa: S311


def settle(
    account: Account, seed: int, name: str, username: str, *, shows_number: bool = True, cast: bool = False
) -> Person:
    fields: dict[str, Any] = account.provider.person(seed) | {"name": name, "cast": cast}
    if account.channel.kind in KNOWN_BY_USERNAME:
        fields["username"] = username
    if not shows_number:
        fields.pop("phone", None)
    return account.people.create(**fields)


def remember(account: Account, known: Iterable[tuple[str, str, datetime | None]]) -> None:
    """Those who wrote before the simulator came (id, name, when last): they can be answered, and their phones ring."""
    rows = [Person(account=account, external_id=each, name=name, wrote_at=at) for each, name, at in known]
    Person.objects.bulk_create(rows, ignore_conflicts=True)
