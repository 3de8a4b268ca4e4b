"""What does not fit a schema, said so that whoever draws flows can act on it. Pure."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator, ValidationError

Path = list[str | int]


def misfits(value: Any, validator: Draft202012Validator) -> Iterator[tuple[Path, str]]:
    """Where, and in words."""
    for error in sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path))):
        yield place(error), sentence(error)


def place(error: ValidationError) -> Path:
    """What is missing is looked for where it should be."""
    where = list(error.absolute_path)
    return [*where, missing(error)] if error.validator == "required" else where


def missing(error: ValidationError) -> str:
    return next(name for name in error.validator_value if name not in error.instance and repr(name) in error.message)


# By the keyword of the schema that is not met.
SENTENCES = {
    "required": _("this is missing."),
    "minLength": _("there is nothing here yet."),
    "maxLength": _("at most %(limit)s characters."),
    "minItems": _("at least %(limit)s are needed."),
    "maxItems": _("at most %(limit)s are possible."),
    "minimum": _("at least %(limit)s."),
    "maximum": _("at most %(limit)s."),
    "enum": _("choose one of these: %(limit)s."),
    "pattern": _("“%(value)s” is not possible here."),
}


def sentence(error: ValidationError) -> str:
    """What only a document written by hand can have wrong is said in the words of the standard."""
    limit = error.validator_value
    facts = {"limit": ", ".join(map(str, limit)) if isinstance(limit, list) else limit, "value": str(error.instance)}
    keyword = "minLength" if error.instance == "" else str(error.validator)
    known = SENTENCES.get(keyword)
    return (str(known) % facts if known else str(error.message))[:300]
