"""One mail to each who chose it, when customers wait and nobody of the team is there."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from conversations.models import Conversation, Digest
from conversations.models.digest import Wait
from monty.letters import letter
from teams.models import About, Team, Teammate, Way
from teams.models.people import TeammateQuerySet

# So many are named; the mail says how many more there are, of at most so many that are looked at.
NAMED, LOOKED_AT = 30, 200
# These reach nobody: they write to the log or to nowhere.
NOWHERE = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy")}


def mail_is_set_up() -> bool:
    return settings.EMAIL_BACKEND not in NOWHERE


def readers() -> TeammateQuerySet:
    """Who is to be told, if anybody waits: they chose it, have an address, and a team in which nobody is."""
    chose = Teammate.objects.at_work().who_want(About.WAITS, Way.EMAIL).exclude(email="")
    people: TeammateQuerySet = chose.filter(memberships__team__in=Team.objects.deserted()).distinct()
    return people if mail_is_set_up() else people.none()


def send(teammate_id: int) -> None:
    """Send one mail, if it is its time. Where the server does not take it, the sweep comes back to it."""
    me, now = readers().filter(pk=teammate_id).first(), timezone.now()
    if me is None or me.is_quiet(now):
        return
    rows = waiting_for(me)
    waits: list[Wait] = [[row.pk, row.waiting_since.isoformat()] for row in rows if row.waiting_since]
    digest = Digest.objects.of(me)
    if not digest.is_due(waits, now) or not Digest.objects.claim(digest, now):
        return
    with translation.override(me.language or settings.LANGUAGE_CODE), timezone.override(me.zone):
        mail(me, rows).send()
    digest.settle(waits)


def waiting_for(me: Teammate) -> list[Conversation]:
    """Who waits in their teams in which nobody is, longest first."""
    deserted = Team.objects.deserted().filter(memberships__teammate=me)
    visible = Conversation.objects.visible_to(me).for_list()
    return list(visible.overlong_in(deserted).longest_waiting_first()[:LOOKED_AT])


def mail(me: Teammate, rows: list[Conversation]) -> EmailMultiAlternatives:
    sentence = ngettext(
        "%(count)s customer waits and nobody is there", "%(count)s customers wait and nobody is there", len(rows)
    )
    context: dict[str, Any] = {
        "me": me,
        "title": sentence % {"count": len(rows)},
        "lines": [(row, settings.PUBLIC_URL + reverse("conversation", args=[row.pk])) for row in rows[:NAMED]],
        "more": max(len(rows) - NAMED, 0),
        "inbox": settings.PUBLIC_URL + reverse("inbox"),
        "choices": settings.PUBLIC_URL + reverse("me"),
    }
    return letter(me.email, context["title"], "inbox/digest/mail", context)
