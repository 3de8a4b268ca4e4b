"""What a catalogue in `locale/` owes the sentences it translates, whatever the language."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

LOCALE = Path(__file__).resolve().parents[2] / "locale"
FIELD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', re.MULTILINE)
# %(name)s, %(number).1f, %d, %%, {name}; and HTML tags.
FIXED = re.compile(r"%(?:\(\w+\))?[\d.]*[a-z%]|\{\w+\}|</?\w[^>]*>")


@dataclass
class Entry:
    # Where the same words mean something else.
    context: str = ""
    sentence: str = ""
    plural: str = ""
    flags: str = ""
    # In one language's words: one, or one for each of its plural forms.
    said: list[str] = field(default_factory=list)


def entries(source: str) -> Iterator[Entry]:
    for block in source.split("\n\n"):
        entry = Entry(flags=" ".join(re.findall(r"^#,(.*)$", block, re.MULTILINE)))
        for name, lines in FIELD.findall(block):
            words = "".join(ast.literal_eval(line) for line in lines.splitlines())
            if name == "msgctxt":
                entry.context = words
            elif name == "msgid":
                entry.sentence = words
            elif name == "msgid_plural":
                entry.plural = words
            else:
                entry.said.append(words)
        if entry.sentence:
            yield entry


def fixed(words: str) -> list[str]:
    return sorted(FIXED.findall(words))


@pytest.fixture(params=sorted(folder.name for folder in LOCALE.iterdir()))
def folder(request) -> Path:
    return LOCALE / request.param / "LC_MESSAGES"


@pytest.fixture
def catalogue(folder) -> list[Entry]:
    return list(entries((folder / "django.po").read_text()))


def test_a_sentence_keeps_its_placeholders_and_tags(catalogue):
    single = [entry for entry in catalogue if not entry.plural and entry.said[0]]
    assert single
    assert [entry for entry in single if fixed(entry.said[0]) != fixed(entry.sentence)] == []


def test_plural_forms_keep_them_too_but_those_for_few_may_do_without_the_number(catalogue):
    for entry in catalogue:
        if entry.plural and any(entry.said):
            assert fixed(entry.said[-1]) == fixed(entry.plural)
            assert all(set(fixed(said)) <= set(fixed(entry.plural)) for said in entry.said), entry


def test_nothing_is_guessed(catalogue):
    assert [entry for entry in catalogue if "fuzzy" in entry.flags] == []


def test_a_sentence_has_all_of_its_plural_forms_or_none(catalogue):
    assert [entry for entry in catalogue if any(entry.said) and not all(entry.said)] == []


def test_the_compiled_catalogue_says_the_same(folder, catalogue):
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    single = [entry for entry in catalogue if not entry.plural and entry.said[0]]
    assert [entry for entry in single if looked_up(compiled, entry) != entry.said[0]] == []


def looked_up(compiled: gettext.GNUTranslations, entry: Entry) -> str:
    if entry.context:
        return compiled.pgettext(entry.context, entry.sentence)
    return compiled.gettext(entry.sentence)
