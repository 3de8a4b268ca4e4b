"""A transcript on paper: a PDF with fonts of its own, so that it reads alike everywhere, in whichever direction."""

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from conversations.transcripts.document import Script
    from conversations.transcripts.said import Said

SHEET = Path(__file__).parent / "paper.typ"
# Noto Sans first; every other font that lies here is asked for the signs that the ones before it do not have.
FONTS = Path(__file__).parent / "fonts"
MAIN = "Noto Sans"
# Characters after which the rest is left to the text file: setting them takes memory.
MOST = 1_000_000


def write(script: "Script", out: IO[bytes]) -> None:
    data = manners() | {
        "title": script.title,
        "heading": words(script.title),
        "facts": [words(fact) for fact in script.facts],
        "days": days(script),
    }
    out.write(pdf(data))


def manners() -> dict[str, Any]:
    """What every sheet wants to know: the language, and the fonts in the order in which they are asked."""
    families = [MAIN, *(family for family in fonts().families() if family != MAIN)]
    return {"lang": (get_language() or "en").partition("-")[0], "fonts": families}


def days(script: "Script") -> list[dict[str, Any]]:
    """Each with what was said on it, until the paper is full."""
    found: list[dict[str, Any]] = []
    left = MOST
    for day, said_then in script.days():
        found.append({"name": words(day), "said": []})
        for line in said_then:
            left -= len(line.text)
            if left < 0:
                return [*found, {"name": words(_("Cut here: the text file has the rest.")), "said": []}]
            found[-1]["said"].append(block(script, line))
    return found


def block(script: "Script", line: "Said") -> dict[str, Any]:
    """One message: who and when, what it says, the names of its files."""
    side = "note" if line.private else "them" if line.mine else "us"
    return {"who": words(script.who(line)), "side": side, "lines": [words(each) for each in script.written(line)]}


def words(line: str) -> tuple[str, bool]:
    """A line, and whether it runs to the left: the first letter that has a direction decides."""
    plain = "".join(sign for sign in line if unicodedata.category(sign) != "Cc")
    strong = map(unicodedata.bidirectional, plain)
    return plain, next((each in ("R", "AL") for each in strong if each in ("L", "R", "AL")), False)


@cache
def fonts() -> typst.Fonts:
    """Read once in a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def pdf(data: dict[str, Any], sheet: Path = SHEET) -> bytes:
    """What strangers wrote goes in as data, which Typst does not read as anything else."""
    made = typst.compile(sheet, font_paths=fonts(), sys_inputs={"script": json.dumps(data)}, format="pdf")
    return bytes(made)
