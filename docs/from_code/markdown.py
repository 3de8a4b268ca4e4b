"""Tables and words, as Markdown has them."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(each) for each in line) + " |" for line in lines) + "\n"


def cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: Any) -> str:
    return f"`{value}`" if str(value) else ""


def codes(values: Iterable[Any]) -> str:
    return ", ".join(code(each) for each in values)


def first_words(thing: Any) -> str:
    """The first paragraph of its docstring, with code in single backticks as the docstrings have it."""
    return (inspect.getdoc(thing) or "").partition("\n\n")[0]
