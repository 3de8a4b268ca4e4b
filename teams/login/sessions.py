"""In which browsers somebody is logged in, and ending that. Sockets hear of it by the row's deletion."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from teams import audit, roles
from teams.models import Deed, Teammate

# As browsers call themselves, the more particular before what it pretends to be, too.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def of(person: Teammate) -> QuerySet[UserSession]:
    """Those that still let them in, the newest first."""
    return of_anybody().filter(user=person).order_by("-pk")


def of_anybody() -> QuerySet[UserSession]:
    lasts = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return UserSession.objects.filter(Exists(lasts))


def of_row() -> Exists:
    """Whether each row of a query of teammates is logged in anywhere."""
    return Exists(of_anybody().filter(user=OuterRef("pk")))


def end(rows: QuerySet[UserSession], *, by: Teammate) -> int:
    """Log these browsers out; how many they were."""
    with transaction.atomic():
        ended = list(rows.select_related("user"))
        Session.objects.filter(session_key__in=[each.session_key for each in ended]).delete()
        UserSession.objects.filter(pk__in=[each.pk for each in ended]).delete()
        for each in ended:
            audit.note(Deed.DID, each.user, by=by, did="log out", browser=told(each.user_agent), at=each.ip)
    return len(ended)


def end_others(request: HttpRequest, person: Teammate) -> int:
    """All of one's own but the one that asks."""
    return end(of(person).exclude(session_key=request.session.session_key), by=person)


def end_all(person: Teammate, *, by: Teammate) -> None:
    """Everywhere. Raises Forbidden where their account is not one's to change."""
    roles.demand_change(person, by=by)
    end(of(person), by=by)


def told(user_agent: str) -> str:
    """“Firefox, Linux”: as much of it as a person knows their browser by."""
    names = (next((name for sign, name in known.items() if sign in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, names)) or user_agent[:60]
