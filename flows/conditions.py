"""Conditions of branches: what is compared, how, and with what. A table of plain functions; nothing is evaluated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from flows.document import NAME, Schema
from flows.fields import group, many, one_of
from flows.texts import as_text

# What can be compared beside an answer ("answers.<name>").
SUBJECTS = {
    "contact.name": _("Customer’s name"),
    "contact.email": _("Customer’s e-mail address"),
    "contact.phone": _("Customer’s phone number"),
    "conversation.priority": _("Priority"),
    "conversation.team": _("Team"),
    "conversation.labels": _("Labels"),
    "channel.kind": _("Kind of channel"),
    "channel.name": _("Channel"),
    "hours.open": _("Within working hours"),
    "message.text": _("Customer’s last message"),
}


def number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def same(one: Any, other: str) -> bool:
    values = one if isinstance(one, list) else [one]
    return any(as_text(each).strip().casefold() == other.strip().casefold() for each in values)


def holds(one: Any, other: str) -> bool:
    """A list has it, or a text has it somewhere."""
    return same(one, other) if isinstance(one, list) else other.strip().casefold() in as_text(one).casefold()


def compared(one: Any, other: str, how: Callable[[float, float], bool]) -> bool:
    left, right = number(one), number(other)
    return left is not None and right is not None and how(left, right)


@dataclass(frozen=True, slots=True)
class Operator:
    label: Any
    says: Callable[[Any, str], bool]
    # It is compared with something.
    needs: bool = True


OPERATORS: dict[str, Operator] = {
    "is": Operator(_("is"), same),
    "is_not": Operator(_("is not"), lambda one, other: not same(one, other)),
    "contains": Operator(_("contains"), holds),
    "contains_not": Operator(_("does not contain"), lambda one, other: not holds(one, other)),
    "begins": Operator(
        _("begins with"), lambda one, other: as_text(one).casefold().startswith(other.strip().casefold())
    ),
    "greater": Operator(_("is greater than"), lambda one, other: compared(one, other, float.__gt__)),
    "less": Operator(_("is less than"), lambda one, other: compared(one, other, float.__lt__)),
    "empty": Operator(_("is not known"), lambda one, _other: one in (None, "", []), needs=False),
    "known": Operator(_("is known"), lambda one, _other: one not in (None, "", []), needs=False),
}

SUBJECT: Schema = {
    "type": "string",
    "pattern": f"^({'|'.join(name.replace('.', '[.]') for name in SUBJECTS)}|answers[.]{NAME[1:-1]})$",
    "title": _("What"),
    "x-control": "subject",
    "x-options": dict(SUBJECTS),
}
CONDITION = group(
    {
        "subject": SUBJECT,
        "operator": one_of(_("How"), tuple(OPERATORS), tuple(each.label for each in OPERATORS.values())),
        "value": {"type": "string", "maxLength": 200, "title": _("With")},
    },
    "subject",
    "operator",
)
MATCH = one_of(_("Which of them must be so"), ("all", "any"), (_("All of them"), _("One of them")), "all")
CONDITIONS = many(_("Conditions"), CONDITION, least=1, most=10)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when it is asked, by subject; answers apart."""

    about: Mapping[str, Any]
    answers: Mapping[str, Any] = field(default_factory=dict)

    def of(self, subject: str) -> Any:
        name = subject.removeprefix("answers.")
        return self.about.get(subject) if name == subject else self.answers.get(name)


def hold(conditions: Sequence[dict[str, Any]], match: str, facts: Facts) -> bool:
    """Whether all (or any) of them are so."""
    found = (OPERATORS[each["operator"]].says(facts.of(each["subject"]), each.get("value", "")) for each in conditions)
    return any(found) if match == "any" else all(found)
