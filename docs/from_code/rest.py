"""Every address of REST: from the OpenAPI schema what it is, from the table of doors who is let in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from from_code.markdown import code, table

METHODS = ("get", "post", "put", "patch", "delete")
# The table that tests hold the code to; its comment on top says what the columns are.
DOORS = Path(settings.BASE_DIR) / "tests" / "who_may.txt"
PLACE = re.compile(r"<[^>]*>|\{[^}]*\}")


def all_addresses() -> str:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    allowed = dict(doors())
    groups: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                groups[subject(path)].append(row(method.upper(), path, item[method], allowed))
    parts = [f"## {name}\n\n" + table(["address", "for whom", "what"], rows) for name, rows in sorted(groups.items())]
    return "\n\n".join(parts)


def subject(path: str) -> str:
    if path.startswith("/webchat/"):
        return "Webchat"
    return path.removeprefix("/api/v1/").partition("/")[0].replace("_", " ").capitalize()


def row(method: str, path: str, operation: Any, allowed: dict[str, str]) -> tuple[str, str, str]:
    words = operation.get("summary") or operation.get("description", "").partition("\n\n")[0]
    who = "visitors" if path.startswith("/webchat/") else allowed.get(plain(f"{method} {path}"), "")
    return code(f"{method} {path.removeprefix('/api/v1/')}"), who, words


def plain(door: str) -> str:
    """Without the names of its places, which are called one thing here and another there."""
    return PLACE.sub("*", door).rstrip("/")


def doors() -> Iterator[tuple[str, str]]:
    """Who is let in at each of them, in words."""
    lines = DOORS.read_text().splitlines()
    roles = next(line.split()[2:] for line in lines if line.startswith("# door"))
    for line in lines:
        cells = line.split()
        if "/api/v1/" in line and not line.startswith("#"):
            door, answers = " ".join(cells[:2]), dict(zip(roles, cells[2:], strict=True))
            yield plain(door), in_words(answers)


def in_words(answers: dict[str, str]) -> str:
    """`elsewhere` and `lead` are an agent and a supervisor of other teams: for them it says whose rows one reaches."""
    inside = {role: said for role, said in answers.items() if role not in ("stranger", "elsewhere", "lead")}
    welcome = [role for role, said in inside.items() if said == "yes"]
    if answers["stranger"] == "yes":
        return "everybody, also without a token"
    if len(welcome) == len(inside):
        return "everybody"
    left_out = [role for role in inside if role not in welcome]
    return ", ".join(welcome) if len(welcome) <= len(left_out) else "all but " + ", ".join(left_out)
