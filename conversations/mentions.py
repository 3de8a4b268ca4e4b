"""@username in a private note: whom it calls, and who can be called."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from monty.errors import BadInput
from teams.models import Membership, Teammate
from teams.models.people import TeammateQuerySet

if TYPE_CHECKING:
    from conversations.models import Conversation

# Django's user names. Only after a space or a bracket: an e-mail address and a link call nobody.
SIGN = re.compile(r"(?<![^\s(])@([\w.@+-]+)")
# A note to more people than this is an announcement.
MOST = 20
OVERSEEING = {"perm": "teams.oversee", "backend": "teams.backend.OneQueryBackend"}


def named(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of whatever stands after an @, without the full stop of its sentence."""
    for match in SIGN.finditer(text):
        name = match[1].rstrip(".-+@")
        if name:
            yield match.start(), match.start() + 1 + len(name), name


def who_see(conversation: "Conversation") -> TeammateQuerySet:
    """Everybody at work who sees it: `ConversationQuerySet.visible_to` the other way round."""
    people: TeammateQuerySet = Teammate.objects.at_work()
    team, assignee = conversation.team_id, conversation.assignee_id
    if team is None and assignee is None:
        return people
    members = Membership.objects.filter(team=team, teammate=OuterRef("pk"))
    overseers = Teammate.objects.with_perm(**OVERSEEING)
    return people.filter(Q(pk=assignee) | Exists(members) | Q(pk__in=overseers.values("pk")))


def called(conversation: "Conversation", text: str, *, by: Teammate) -> list[Teammate]:
    """Whom a note calls; a name that nobody has is a word like any other.

    Raises BadInput if somebody would be called to what they do not see, or too many are.
    """
    names = {name for _start, _end, name in named(text)}
    if not names:
        return []
    people = list(Teammate.objects.at_work().filter(username__in=names).exclude(pk=by.pk).by_name())
    if len(people) > MOST:
        raise BadInput(_("Mention at most %(number)s teammates.") % {"number": MOST}, field="text")
    seeing = set(who_see(conversation).filter(pk__in=[each.pk for each in people]).values_list("pk", flat=True))
    if blind := [each.name for each in people if each.pk not in seeing]:
        sentence = _("%(names)s cannot see this conversation. Assign it, or leave the @ out.")
        raise BadInput(sentence % {"names": ", ".join(blind)}, field="text")
    return people
