"""The threat model says which test proves what: each of them is there, and no threat is without one."""

import ast
import re
from functools import cache

import pytest

from tests.processes import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text()
PROOF = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(\w+))?`")
HEAD = "| threat | kind | what stands against it | proved by |"
ROWS = [line for table in PAGE.split(HEAD)[1:] for line in table.split("\n\n")[0].splitlines()[2:]]


@cache
def names_in(file: str) -> set[str]:
    module = ast.parse((ROOT / "tests" / file).read_text())
    return {each.name for each in ast.walk(module) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "name"), sorted({found.groups("") for found in PROOF.finditer(PAGE)}))
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert (ROOT / "tests" / file).exists()
    assert not name or name in names_in(file)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_threat_is_of_a_kind_and_has_a_proof(row: str) -> None:
    _before, _threat, kind, _against, proofs, _after = row.split("|")
    assert set(kind.split(", ")[0].strip()) <= set("STRIDE")
    assert PROOF.search(proofs)


def test_every_kind_and_every_attacker_is_thought_of() -> None:
    kinds = {each.strip() for row in ROWS for each in row.split("|")[2].split(",")}
    assert kinds == set("STRIDE")
    assert PAGE.count(HEAD) == 7
