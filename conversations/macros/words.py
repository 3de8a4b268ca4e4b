"""Macros as people read them: what each step does, in a few words, with the names of now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import snoozing
from conversations.macros.steps import ENDINGS, ME
from conversations.models import Label, Macro, Priority, SavedReply
from teams.models import Team, Teammate

# Characters of a note that are shown of it.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """A macro with its steps in words. `key`: the digit that runs it; of two macros with one, the nearer one's."""

    macro: Macro
    steps: list[str]
    key: int | None


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in the steps are called, in a query for each kind however many macros there are."""

    labels: dict[int, Label]
    replies: dict[int, SavedReply]
    people: dict[int, Teammate]
    teams: dict[int, Team]
    # What upper floors' steps give the conversation to, by what they do.
    others: dict[str, dict[int, Any]]

    @classmethod
    def of(cls, macros: Iterable[Macro]) -> "Names":
        steps = [step for macro in macros for step in macro.steps]
        labels = {number for step in steps for number in [*step.get("add", ()), *step.get("remove", ())]}
        replies = {step["saved_reply"] for step in steps if "saved_reply" in step}
        people = {step["teammate"] for step in steps if step.get("teammate", ME) != ME}
        teams = {step["team"] for step in steps if "team" in step}
        others = {do: {step["row"] for step in steps if step["do"] == do} for do in ENDINGS}
        return cls(
            Label.objects.in_bulk(labels),
            SavedReply.objects.in_bulk(replies),
            Teammate.objects.in_bulk(people),
            Team.objects.in_bulk(teams),
            {do: ENDINGS[do].rows().in_bulk(numbers) for do, numbers in others.items()},
        )

    def words(self, step: dict[str, Any]) -> str:
        do = step["do"]
        if do in ENDINGS:
            return f"{ENDINGS[do].name()}: {named(self.others[do], step['row'])}"
        return str(WORDS[do](self, step))


def named(rows: dict[int, Any], number: int) -> str:
    return str(rows.get(number) or _("(gone)"))


def labelled(names: Names, step: dict[str, Any]) -> str:
    added = ", ".join(named(names.labels, each) for each in step["add"])
    removed = ", ".join(named(names.labels, each) for each in step["remove"])
    lines = [_("Label %(names)s") % {"names": added}] if added else []
    return ", ".join([*lines, *([_("remove %(names)s") % {"names": removed}] if removed else [])])


def assigned(names: Names, step: dict[str, Any]) -> str:
    if step["teammate"] == ME:
        return _("Assign to me")
    return _("Assign to %(name)s") % {"name": named(names.people, step["teammate"])}


def snoozed(_names: Names, step: dict[str, Any]) -> str:
    found = {each.key: each.name for each in snoozing.presets(timezone.now())}
    return _("Snooze: %(until)s") % {"until": found[step["choice"]]}


def ended(word: str, step: dict[str, Any]) -> str:
    return f"{word} ({step['reason']})" if step["reason"] else word


WORDS: dict[str, Any] = {
    "label": labelled,
    "prioritize": lambda _names, step: (
        _("Priority: %(name)s") % {"name": Priority.named(step["priority"]).label.lower()}
    ),
    "send": lambda names, step: _("Send “%(title)s”") % {"title": named(names.replies, step["saved_reply"])},
    "note": lambda _names, step: _("Note: %(text)s") % {"text": " ".join(step["text"].split())[:SHOWN]},
    "assign": assigned,
    "hand_to": lambda names, step: _("Hand to %(team)s") % {"team": named(names.teams, step["team"])},
    "snooze": snoozed,
    "close": lambda _names, step: ended(_("Close"), step),
    "drop": lambda _names, step: ended(_("Drop"), step),
}


def offers(macros: Iterable[Macro]) -> list[Offer]:
    """These macros to choose from, in their order."""
    rows = list(macros)
    names, owners = Names.of(rows), winners(rows)
    return [
        Offer(row, [names.words(step) for step in row.steps], row.key if owners.get(row.key) == row.pk else None)
        for row in rows
    ]


def winners(rows: Iterable[Macro]) -> dict[int | None, int]:
    """Which macro a digit runs: one's own before a team's, a team's before everybody's, the used ones first."""
    nearest = sorted(rows, key=lambda row: (row.owner_id is None, row.team_id is None, -row.used, row.pk))
    return {row.key: row.pk for row in reversed(nearest) if row.key}
