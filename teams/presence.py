"""The verbs of presence. Whoever must know listens to `changed`, sent after commit with the teammate."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from monty.errors import BadInput
from teams.models import Availability, PresenceChange, Teammate
from teams.models.presence import CONNECTED_FOR, LONGEST_REASON, Presence

changed = Signal()

FURTHEST_RETURN = timedelta(days=30)
PRESENCE = [field.name for field in Presence._meta.fields]


def choose(
    teammate: Teammate,
    availability: str,
    *,
    by: Teammate | None,
    reason: str = "",
    back_at: datetime | None = None,
) -> None:
    """Make a teammate active or away, by themselves or a supervisor; another reason or time is a new choice, too.

    Raises BadInput for any other word, a reason or a time with “active”, a reason that is too long, a time that has
    passed or is too far ahead.
    """
    reason = " ".join(reason.split())
    demand_choice(availability, reason, back_at)
    chosen = {"availability": availability, "away_reason": reason, "back_at": back_at}
    with transaction.atomic():
        now_different = Teammate.objects.filter(pk=teammate.pk).exclude(**chosen)
        # Another reason does not start a new absence: whoever waits for them has waited since it began.
        since = Case(When(availability=availability, then=F("availability_at")), default=Value(timezone.now()))
        if now_different.update(**chosen, availability_at=since):
            note(teammate, availability, by=by, reason=reason)


def demand_choice(availability: str, reason: str, back_at: datetime | None) -> None:
    if availability not in Availability.values:
        raise BadInput(_("Choose “active” or “away”."), field="availability")
    if availability == Availability.ACTIVE and reason:
        raise BadInput(_("Only somebody who is away gives a reason."), field="reason")
    if availability == Availability.ACTIVE and back_at:
        raise BadInput(_("Only somebody who is away comes back."), field="back_at")
    if len(reason) > LONGEST_REASON:
        facts = {"limit": LONGEST_REASON, "length": len(reason)}
        raise BadInput(_("At most %(limit)s characters; this is %(length)s.") % facts, field="reason")
    if back_at is not None:
        demand_soon(back_at)


def demand_soon(back_at: datetime) -> None:
    now = timezone.now()
    if back_at <= now:
        raise BadInput(_("This time has passed."), field="back_at")
    if back_at > now + FURTHEST_RETURN:
        facts = {"days": FURTHEST_RETURN.days}
        raise BadInput(_("At most %(days)s days ahead.") % facts, field="back_at")


def seen(teammate: Teammate) -> None:
    """A sign of life from one of the teammate's sockets. The first after a silence counts as connecting."""
    now, row = timezone.now(), Teammate.objects.filter(pk=teammate.pk)
    with transaction.atomic():
        # Also who came back before anybody noticed that they were gone: dots drawn meanwhile say Offline.
        if row.exclude(connected=True, last_seen_at__gt=now - CONNECTED_FOR).update(connected=True, last_seen_at=now):
            note(teammate, PresenceChange.What.CONNECTED, by=None)
        else:
            row.update(last_seen_at=now)


def notice_vanished() -> None:
    """Announce everybody whose heartbeat stopped. Safe to run anywhere, any number of times."""
    for teammate in Teammate.objects.vanished():
        with transaction.atomic():
            if Teammate.objects.vanished().filter(pk=teammate.pk).update(connected=False):
                note(teammate, PresenceChange.What.VANISHED, by=None)


def note(teammate: Teammate, what: str, *, by: Teammate | None, reason: str = "") -> None:
    PresenceChange.objects.create(teammate=teammate, what=what, by=by, reason=reason)
    teammate.refresh_from_db(fields=PRESENCE)
    # Robust: what follows from it may fail, presence itself has changed.
    transaction.on_commit(lambda: changed.send(sender=Teammate, teammate=teammate), robust=True)
