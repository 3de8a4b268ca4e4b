"""`make check` reads under which licence each pinned dependency comes: all go together with Monty's own (MIT)."""

import re
import sys
from importlib import metadata
from typing import Any

from tests.processes import ROOT

# Permissive ones, and those that bind changes of their own files only.
FITS = re.compile(r"\b(MIT|MIT-\w+|0?BSD|Apache|PSF|ZPL|TCL|ISC|CC0|Public Domain|MPL|Mozilla|LGPL)", re.IGNORECASE)
# Their metadata says nothing; read in the package.
KNOWN = {"axe-playwright-python": "MIT"}


def pinned() -> list[str]:
    """The names in constraints.txt."""
    return [re.split(r"==| ", line)[0] for line in (ROOT / "constraints.txt").read_text().splitlines()]


def licence(name: str) -> str | None:
    """What a package says of itself; None where it is not for this machine."""
    try:
        facts: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    said = {each: (facts.get_all(each) or [""])[0] for each in ("License-Expression", "License")}
    classifiers = [each for each in facts.get_all("Classifier") or [] if each.startswith("License ::")]
    return said["License-Expression"] or " OR ".join(classifiers) or said["License"] or KNOWN.get(name, "")


def fits(licence: str) -> bool:
    """One of those to choose from is enough; of those that hold together every one is asked."""
    return all(FITS.search(part) for part in re.split(r"\bAND\b", licence))


def main() -> None:
    found = {name: licence(name) for name in pinned()}
    wrong = [f"{name}: {said or 'says nothing'}" for name, said in found.items() if said is not None and not fits(said)]
    if wrong:
        sys.exit("These dependencies' licences are not known to go together with Monty's:\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
