"""What sockets carry: the event's frame, and the hints that are no events."""

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType

from conversations import events
from conversations.models import Event
from from_code.markdown import code, codes, first_words, table
from teams.models import About


def frame() -> str:
    return codes(Event().frame)


def hints() -> str:
    """Those of `conversations.events`, and the calls that may sound or pop up."""
    calls = [(code(about.value), "`conversation`, `by`", about.label) for about in About]
    return table(["hint", "what it carries", "meaning"], [*own_hints(), *calls])


def own_hints() -> Iterator[tuple[str, str, str]]:
    for name, function in sorted(vars(events).items()):
        if name.startswith("push_") and isinstance(function, FunctionType):
            fields = literal_fields(function)
            yield code(fields.pop("hint")), codes(fields) or "–", sentence(function)


def sentence(function: FunctionType) -> str:
    words = first_words(function).removeprefix("A hint ")
    return words[:1].upper() + words[1:]


def literal_fields(function: FunctionType) -> dict[str, str]:
    """The keys of the dicts that are written in a function; what `hint` is called is a constant."""
    pairs = [
        (key, value)
        for found in ast.walk(ast.parse(inspect.getsource(function)))
        if isinstance(found, ast.Dict)
        for key, value in zip(found.keys, found.values, strict=True)
    ]
    return {
        str(key.value): str(value.value) if isinstance(value, ast.Constant) else ""
        for key, value in pairs
        if isinstance(key, ast.Constant)
    }
