"""The verbs of presence. Whoever must know listens to `changed`, sent after commit with the teammate."""

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from monty.errors import BadInput
from teams.models import Availability, PresenceChange, Teammate

changed = Signal()


def choose(teammate: Teammate, availability: str, *, by: Teammate | None) -> None:
    """Make a teammate active or away, by themselves or a supervisor. Raises BadInput for any other word."""
    if availability not in Availability.values:
        raise BadInput("Choose “active” or “away”.", field="availability")
    with transaction.atomic():
        now_different = Teammate.objects.filter(pk=teammate.pk).exclude(availability=availability)
        if now_different.update(availability=availability):
            note(teammate, availability, by=by)


def seen(teammate: Teammate) -> None:
    """A sign of life from one of the teammate's sockets. The first after a silence counts as connecting."""
    with transaction.atomic():
        Teammate.objects.filter(pk=teammate.pk).update(last_seen_at=timezone.now())
        if Teammate.objects.filter(pk=teammate.pk, connected=False).update(connected=True):
            note(teammate, PresenceChange.What.CONNECTED, by=None)


def notice_vanished() -> None:
    """Announce everybody whose heartbeat stopped. Safe to run anywhere, any number of times."""
    for teammate in Teammate.objects.vanished():
        with transaction.atomic():
            if Teammate.objects.vanished().filter(pk=teammate.pk).update(connected=False):
                note(teammate, PresenceChange.What.VANISHED, by=None)


def note(teammate: Teammate, what: str, *, by: Teammate | None) -> None:
    PresenceChange.objects.create(teammate=teammate, what=what, by=by)
    teammate.refresh_from_db(fields=["availability", "last_seen_at", "connected"])
    # Robust: what follows from it may fail, presence itself has changed.
    transaction.on_commit(lambda: changed.send(sender=Teammate, teammate=teammate), robust=True)
