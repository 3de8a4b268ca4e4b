"""Settings: what the environment is asked for, with the comments that stand above; and what the admin may change."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from from_code.markdown import code, table
from teams.models.setting import RULES, Rule

FOLDER = Path(settings.BASE_DIR) / "monty"
ASKS = re.compile(r"env\.\w+|storage_at")


@dataclass(frozen=True, slots=True)
class Asked:
    name: str
    default: str
    meaning: str


def of_the_environment() -> str:
    found = {each.name: each for file in sorted(FOLDER.glob("*.py")) for each in asked_in(file)}
    rows = [(code(each.name), code(each.default) or "–", each.meaning) for _name, each in sorted(found.items())]
    return table(["name", "default", "meaning"], rows)


def asked_in(file: Path) -> Iterator[Asked]:
    """Every `env.kind("NAME", default=…)`. Raises ValueError where nothing above it says what it means."""
    text = file.read_text()
    lines = text.splitlines()
    for call, statement in calls(ast.parse(text)).items():
        if name := name_of(call):
            meaning = comment_above(lines, call.lineno) or comment_above(lines, statement.lineno)
            if not meaning:
                raise ValueError(f"{file.name} does not say above {name} what it means.")
            yield Asked(name, default_of(call), meaning)


def calls(module: ast.Module) -> dict[ast.Call, ast.stmt]:
    """Each with the statement that it stands in: inner ones are walked later."""
    statements = [node for node in ast.walk(module) if isinstance(node, ast.stmt)]
    return {node: each for each in statements for node in ast.walk(each) if isinstance(node, ast.Call)}


def name_of(call: ast.Call) -> str:
    """The variable's name, if the environment is asked for one."""
    first = call.args[0] if call.args else None
    if ASKS.fullmatch(ast.unparse(call.func)) and isinstance(first, ast.Constant):
        return str(first.value)
    return ""


def default_of(call: ast.Call) -> str:
    return next((in_words(each.value) for each in call.keywords if each.arg == "default"), "")


def in_words(value: ast.expr) -> str:
    """A default as people would write it; folders as paths."""
    if isinstance(value, ast.Constant):
        return {True: "on", False: "off"}[value.value] if isinstance(value.value, bool) else str(value.value)
    if isinstance(value, ast.List):
        return ",".join(in_words(each) for each in value.elts)
    if isinstance(value, ast.JoinedStr):
        return "".join(in_words(each) for each in value.values)
    if isinstance(value, ast.FormattedValue):
        return in_words(value.value)
    if isinstance(value, ast.Call) and value.args:
        return in_words(value.args[0])
    if isinstance(value, ast.BinOp):
        return f"{in_words(value.left)}/{in_words(value.right)}"
    return ast.unparse(value)


def comment_above(lines: list[str], number: int) -> str:
    """The comment right above a line (counted from 1); "" if there is none."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.strip().startswith("# ") or line.strip().startswith("# ---"):
            break
        found.insert(0, line.strip().removeprefix("# "))
    return " ".join(found)


def of_the_admin() -> str:
    rows = [(rule.label, usual(rule), rule.tells) for rule in sorted(RULES.values(), key=lambda each: str(each.label))]
    return table(["setting", "default", "meaning"], rows)


def usual(rule: Rule) -> str:
    return "–" if rule.usual is None else f"{rule.usual:g}"
