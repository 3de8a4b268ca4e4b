"""What somebody typed into the search field, as words, and where a text has them. Pure.

The same rule everywhere: every word must be there, in any order, whatever its case and accents; the last one may be
only begun. PostgreSQL asks its index for it, SQLite and the marks on the screen ask this module.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
# The same with accents that stand behind their letter as characters of their own.
WRITTEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
# A number to call from anywhere, however it is written; the channels keep its digits only.
PHONE = re.compile(r"\+[\d\s()./-]{6,}")
# More words than this narrow nothing down any more.
MOST = 8
# One letter begins half of a language.
SHORTEST_BEGINNING = 2
# Letters that carry no accent which could be taken off.
PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for: all of `whole`, and `begun` ("": nothing), which may go on."""

    whole: tuple[str, ...] = ()
    begun: str = ""

    def __bool__(self) -> bool:
        return bool(self.whole or self.begun)

    def __str__(self) -> str:
        """As it could have been typed."""
        return " ".join([*self.whole, *([self.begun] if self.begun else [])])

    def are_in(self, text: str) -> bool:
        looked_at = fold(text)
        if not all(word in looked_at for word in (*self.whole, self.begun)):
            return False
        there = set(WORD.findall(looked_at))
        return set(self.whole) <= there and (not self.begun or any(word.startswith(self.begun) for word in there))

    def hit(self, written: str) -> bool:
        """Whether a word as somebody wrote it is one of these (a few letters stand for several words: “¼”)."""
        return any(
            word in self.whole or bool(self.begun and word.startswith(self.begun))
            for word in WORD.findall(fold(written))
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; `hit`: it is one of the words looked for."""

    text: str
    hit: bool


@lru_cache(maxsize=64)
def parsed(typed: str) -> Words:
    if PHONE.fullmatch(typed.strip()):
        return Words(begun="".join(WORD.findall(fold(typed))))
    found = WORD.findall(fold(typed))[:MOST]
    if found and len(found[-1]) >= SHORTEST_BEGINNING:
        return Words(tuple(found[:-1]), found[-1])
    return Words(tuple(found))


def fold(text: str) -> str:
    """Without case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(PLAIN)
    return "".join(char for char in parts if not unicodedata.combining(char))


def marked(text: str, words: Words) -> list[Piece]:
    """The whole text in pieces, every word that was looked for as one of its own."""
    pieces, end = [], 0
    for start, stop in spans(text, words):
        pieces += [Piece(text[end:start], hit=False)] if start > end else []
        pieces.append(Piece(text[start:stop], hit=True))
        end = stop
    return [*pieces, Piece(text[end:], hit=False)] if end < len(text) else pieces


def excerpt(text: str, words: Words, *, before: int = 24, length: int = 140) -> list[Piece]:
    """One line of the text around the first word that was looked for."""
    line = " ".join(text.split())
    first = next(spans(line, words), (0, 0))[0]
    start = 0 if first <= before else line.find(" ", first - before, first) + 1 or first
    shown = ("…" if start else "") + line[start : start + length]
    return marked(shown + ("…" if start + length < len(line) else ""), words)


def spans(text: str, words: Words) -> Iterator[tuple[int, int]]:
    return (found.span() for found in WRITTEN.finditer(text) if words.hit(found.group()))
