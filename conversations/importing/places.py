"""Teams, teammates and labels by the names that a file knows them by, as far as whoever imports reaches."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from conversations.models import Label
from teams.models import Team, Teammate


class Places:
    """Read once for a whole file. `left_out`: names that are nobody's here, by what they should be."""

    def __init__(self, by: Teammate, left_out: defaultdict[str, set[str]]) -> None:
        reach = Team.objects.within_reach(by)
        everybody = Teammate.objects.all()
        people = list(everybody if by.oversees else everybody.filter(memberships__team__in=reach).distinct())
        self.left_out = left_out
        self.teams = {team.name.casefold(): team for team in reach}
        self.labels = {label.name.casefold(): label for label in Label.objects.all()}
        self.people = {each.name.casefold(): each for each in only_of_their_name(people)}
        self.people |= {each.email.casefold(): each for each in people if each.email}
        self.people |= {each.username.casefold(): each for each in people}

    def team(self, name: str) -> Team | None:
        found: Team | None = self.found(self.teams, "team", name)
        return found

    def teammate(self, name: str) -> Teammate | None:
        """By user name, e-mail address or name, if it is one's alone."""
        found: Teammate | None = self.found(self.people, "teammate", name)
        return found

    def writer(self, names: Iterable[str]) -> Teammate | None:
        """By any of these; nobody is missed."""
        return next((self.people[name.casefold()] for name in names if name.casefold() in self.people), None)

    def labels_of(self, names: Iterable[str], team: Team | None) -> list[Label]:
        """Those that may be put on a conversation of this team."""
        found = [self.found(self.labels, "label", name) for name in names]
        return list({each.pk: each for each in found if each and each.team_id in (None, team and team.pk)}.values())

    def found(self, known: dict[str, Any], what: str, name: str) -> Any:
        if not name:
            return None
        if name.casefold() not in known:
            self.left_out[what].add(name)
        return known.get(name.casefold())


def only_of_their_name(people: Iterable[Teammate]) -> list[Teammate]:
    often = Counter(each.name.casefold() for each in people)
    return [each for each in people if often[each.name.casefold()] == 1]
