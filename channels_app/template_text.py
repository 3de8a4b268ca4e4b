"""What stands in a template and what is filled into it. Pure: lists and strings in, lists and strings out.

A template comes as its provider lists it: components of the types HEADER, BODY, FOOTER and BUTTONS, whose texts hold
variables, `{{1}}` or `{{order}}`. What is sent along are components again, with the values only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import storable
from monty.errors import BadInput

VARIABLE = re.compile(r"\{\{\s*(\w{1,60})\s*\}\}", re.ASCII)
# What WhatsApp refuses in a value: line breaks, tabs, five spaces in a row.
UNSENDABLE = re.compile(r"[\r\n\t]| {5}")
# Characters of the text with its values. (WhatsApp)
LIMITS = {"header": 60, "body": 1024, "footer": 60, "button": 2000}
# The buttons that need nothing but a text, if anything.
PLAIN_BUTTONS = {"QUICK_REPLY": "", "URL": "url", "PHONE_NUMBER": "phone_number"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; with `key` it stands for the variable of that key."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One text of a template. `place`: header, body, footer, or button.0, button.1 …, which have a `title`, too."""

    place: str
    text: str
    title: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.place.partition(".")[0]

    @property
    def names(self) -> list[str]:
        """Its variables, each once; numbered ones in the order of their numbers, as their values are sent."""
        found = dict.fromkeys(VARIABLE.findall(self.text))
        return sorted(found, key=lambda name: int(name) if name.isdecimal() else 0)

    def key(self, name: str) -> str:
        return f"{self.place}.{name}"

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its values; a variable without one stays as it is."""
        return VARIABLE.sub(lambda found: values.get(self.key(found[1])) or found[0], self.text)

    @property
    def pieces(self) -> Iterator[Piece]:
        end = 0
        for found in VARIABLE.finditer(self.text):
            yield Piece(self.text[end : found.start()])
            yield Piece(found[0], self.key(found[1]))
            end = found.end()
        yield Piece(self.text[end:])


@dataclass(frozen=True, slots=True)
class Variable:
    """Something to fill in. `key` names it in the whole template: `body.1`, `header.name`, `button.0.1`."""

    key: str
    label: str
    example: str


# --- What a template has ----------------------------------------------------------------------------------------------


def sections(components: list[Any]) -> list[Section]:
    """The texts in the order in which the customer sees them."""
    found: list[Section] = []
    for place in ("header", "body", "footer"):
        part = component(components, place)
        if isinstance(part.get("text"), str):
            found.append(Section(place, part["text"], examples=examples(part, place)))
    return [*found, *buttons(components)]


def buttons(components: list[Any]) -> Iterator[Section]:
    for number, button in enumerate(listed(component(components, "buttons").get("buttons"))):
        text = str(button.get(PLAIN_BUTTONS.get(str(button.get("type")), ""), ""))
        samples = button.get("example")
        sample = str(samples[0]) if isinstance(samples, list) and samples else ""
        # The example is the whole address; what is typed is its end.
        example = sample.removeprefix(VARIABLE.split(text)[0])
        yield Section(f"button.{number}", text, str(button.get("text", "")), {"1": example})


def variables(components: list[Any]) -> list[Variable]:
    return [
        Variable(section.key(name), label(section, name), section.examples.get(name, ""))
        for section in sections(components)
        for name in section.names
    ]


def label(section: Section, name: str) -> str:
    facts = {"name": name.replace("_", " "), "button": section.title}
    if section.kind == "button":
        return _("End of the address behind “%(button)s”") % facts
    if not name.isdecimal():
        return (_("%(name)s (heading)") if section.kind == "header" else "%(name)s") % facts
    return (_("Heading, variable %(name)s") if section.kind == "header" else _("Variable %(name)s")) % facts


def obstacle(components: list[Any]) -> str:
    """Why Monty cannot send such a template; "" if it can."""
    header = component(components, "header")
    if header and header.get("format", "TEXT") != "TEXT":
        return _("Its heading is a picture, a file or a place, which Monty cannot fill in.")
    known = {"HEADER", "BODY", "FOOTER", "BUTTONS"}
    texts = {each.kind: each for each in sections(components)}
    strange = any(kind_of(each) not in known for each in listed(components))
    # A footer has no variables at WhatsApp.
    if strange or "body" not in texts or ("footer" in texts and texts["footer"].names):
        return _("It has a part that Monty cannot fill in.")
    kinds = {str(each.get("type")) for each in listed(component(components, "buttons").get("buttons"))}
    if kinds - set(PLAIN_BUTTONS):
        return _("It has a button that Monty cannot fill in.")
    return ""


# --- What is filled in ------------------------------------------------------------------------------------------------


def checked(components: list[Any], values: Mapping[str, str]) -> dict[str, str]:
    """The values without spaces around them. Raises BadInput, whose field is the variable's key."""
    known = {each.key: each for each in variables(components)}
    for key in values:
        if key not in known:
            raise BadInput(_("This template has no such variable."), field=key)
    clean = {key: value_of(each, values.get(key, "")) for key, each in known.items()}
    for section in sections(components):
        if section.names:
            demand_length(section, clean)
    return clean


def value_of(variable: Variable, typed: str) -> str:
    value = typed.strip()
    if not value:
        raise BadInput(_("Fill in: %(label)s.") % {"label": variable.label}, field=variable.key)
    if UNSENDABLE.search(value) or value != storable(value):
        sentence = _("%(label)s: one line without tabs, and no more than four spaces in a row.")
        raise BadInput(sentence % {"label": variable.label}, field=variable.key)
    if variable.key.startswith("button.") and " " in value:
        raise BadInput(_("%(label)s: an address has no spaces.") % {"label": variable.label}, field=variable.key)
    return value


def demand_length(section: Section, values: Mapping[str, str]) -> None:
    limit, length = LIMITS[section.kind], len(section.filled(values))
    if length > limit:
        sentence = _("With these values it has %(length)s characters; at most %(limit)s can be sent.")
        facts = {"length": length, "limit": limit}
        raise BadInput(sentence % facts, field=section.key(section.names[-1]))


def filled(components: list[Any], values: Mapping[str, str], *, named: bool) -> list[dict[str, Any]]:
    """The components that carry the values to the provider. `named`: the variables are known by name, not by order."""
    return [
        {
            **destination(section),
            "parameters": [parameter(section, name, values, named=named) for name in section.names],
        }
        for section in sections(components)
        if section.names
    ]


def destination(section: Section) -> dict[str, str]:
    if section.kind == "button":
        return {"type": "button", "sub_type": "url", "index": section.place.partition(".")[2]}
    return {"type": section.kind}


def parameter(section: Section, name: str, values: Mapping[str, str], *, named: bool) -> dict[str, str]:
    value = {"type": "text", "text": values[section.key(name)]}
    # The address of a button knows no names.
    return {**value, "parameter_name": name} if named and section.kind != "button" else value


def in_words(components: list[Any], values: Mapping[str, str]) -> str:
    """The whole message as the customer reads it, buttons below in brackets."""
    texts = [each for each in sections(components) if each.kind != "button"]
    pressed = [each for each in sections(components) if each.kind == "button"]
    lines = [" ".join(filter(None, [f"[{each.title}]", each.filled(values)])) for each in pressed]
    return "\n\n".join(filter(None, [*[each.filled(values) for each in texts], "\n".join(lines)]))


# --- The provider's words ---------------------------------------------------------------------------------------------


def listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def kind_of(part: dict[str, Any]) -> str:
    return str(part.get("type", "")).upper()


def component(components: list[Any], place: str) -> dict[str, Any]:
    return next((each for each in listed(components) if kind_of(each) == place.upper()), {})


def examples(part: dict[str, Any], place: str) -> dict[str, str]:
    """What the template's author gave as examples, by variable: a list (of lists, for the body), or by name."""
    given = part.get("example")
    given = given if isinstance(given, dict) else {}
    by_name = listed(given.get(f"{place}_text_named_params"))
    by_order = given.get(f"{place}_text")
    if isinstance(by_order, list) and by_order and isinstance(by_order[0], list):
        by_order = by_order[0]
    numbered = enumerate(by_order, 1) if isinstance(by_order, list) else ()
    return {str(each.get("param_name")): str(each.get("example", "")) for each in by_name} | {
        str(number): str(example) for number, example in numbered
    }
