"""Fields that several types of nodes have, as JSON Schema, and what is asked of what is written in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.adapters.base import Adapter
from flows.document import ID, NAME, Schema
from flows.surroundings import Complaint, Surroundings
from flows.texts import strange

LONGEST_TEXT = 4096
SHORT = {"type": "string", "minLength": 1, "maxLength": 200}


def text(title: Any, *, least: int = 1, help_text: Any = "") -> Schema:
    """Words for the customer, with variables."""
    schema = {"type": "string", "minLength": least, "maxLength": LONGEST_TEXT, "title": title, "x-control": "text"}
    return schema | ({"description": help_text} if help_text else {})


def whole(title: Any, least: int, most: int, default: int | None = None) -> Schema:
    schema: Schema = {"type": "integer", "minimum": least, "maximum": most, "title": title}
    return schema if default is None else schema | {"default": default}


def one_of(title: Any, names: Sequence[str], labels: Sequence[Any], default: str = "") -> Schema:
    schema: Schema = {"enum": list(names), "title": title, "x-labels": list(labels)}
    return schema | ({"default": default} if default else {})


def many(title: Any, items: Schema, *, most: int, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, "title": title}


def group(properties: dict[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def reference(title: Any, control: str, *, of: str = "integer") -> Schema:
    """An id of something in this house; an editor offers what there is."""
    return {"type": of, "title": title, "x-control": control}


CHOICE = group(
    {
        "id": {"type": "string", "pattern": ID, "title": _("Id")},
        "title": {"type": "string", "minLength": 1, "maxLength": 80, "title": _("Words on the button")},
    },
    "id",
    "title",
)
VARIABLE_NAME: Schema = {
    "type": "string",
    "pattern": NAME,
    "title": _("Keep the answer as"),
    "description": _("Small letters, digits and _, as order_number."),
    "x-control": "variable",
}
SKU = reference(_("Product"), "variant", of="string") | {"minLength": 1, "maxLength": 40}
TEAM = reference(_("Team"), "team")
TEAMMATE = reference(_("Teammate"), "teammate")


# --- What is wrong with what is written in them ---------------------------------------------------------------------


def text_problems(name: str, written: str, around: Surroundings) -> Iterator[Complaint]:
    """Variables that do not exist, and words that one of the flow's channels would not carry."""
    if not written.strip() and written:
        yield name, _t("there is nothing to read in this text.")
    for variable in strange(written):
        yield name, _t("there is no variable %(name)s.") % {"name": variable}
    for channel in around.channels:
        if channel.can.length(written) > channel.can.text:
            facts = {"channel": channel.label, "limit": channel.can.text}
            yield name, _t("the text is longer than the %(limit)s that %(channel)s takes.") % facts


def choice_problems(choices: Sequence[dict[str, str]], around: Surroundings) -> Iterator[Complaint]:
    """Two that are the same, and titles that are too long for the buttons of one of the flow's channels."""
    for name in ("id", "title"):
        seen: set[str] = set()
        for number, each in enumerate(choices):
            key = each[name].strip().casefold()
            if key in seen or not key:
                yield f"choices.{number}.{name}", _t("two choices are the same: “%(name)s”.") % {"name": each[name]}
            seen.add(key)
    for channel in around.channels:
        yield from title_problems(choices, channel)


def title_problems(choices: Sequence[dict[str, str]], channel: type[Adapter]) -> Iterator[Complaint]:
    longest = channel.can.longest_title(len(choices))
    for number, each in enumerate(choices):
        if longest is not None and len(each["title"]) > longest:
            facts = {"title": each["title"], "channel": channel.label, "limit": longest, "number": len(choices)}
            sentence = _t("“%(title)s” is longer than the %(limit)s characters of a button on %(channel)s.")
            yield f"choices.{number}.title", sentence % facts


def team_problems(name: str, team: int | None, around: Surroundings) -> Iterator[Complaint]:
    if team is not None and team not in around.teams:
        yield name, _t("there is no such team.")


def sku_problems(skus: Mapping[str, str], around: Surroundings) -> Iterator[Complaint]:
    """What is not on sale, of SKUs by the names of their fields."""
    missing = around.missing(skus.values())
    for name, sku in skus.items():
        if sku in missing:
            yield name, _t("“%(sku)s” is not on sale.") % {"sku": sku}
