"""Links of the papers beside the code lead somewhere; those between the pages of docs/ are proved by `make docs`."""

import re

import pytest

from flows.nodes import NODES
from tests.processes import ROOT

ASKED = re.compile(r'(?:env\.\w+|storage_at)\(\s*"([A-Z_]+)"')
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
PAPERS = sorted(each.name for each in ROOT.glob("*.md"))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_of_a_paper_leads_to_a_file(paper: str) -> None:
    targets = {each for each in LINK.findall((ROOT / paper).read_text()) if "://" not in each}
    assert [each for each in targets if not (ROOT / each).exists()] == []


def test_pages_show_pictures_of_this_house_only() -> None:
    """What is read offline must be whole."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert [each.name for each in pages if re.search(r"!\[[^\]]*\]\(\w+:", each.read_text())] == []


def test_every_setting_stands_in_the_operators_table() -> None:
    """The site's reference says more; whoever reads the files has this one."""
    told = (ROOT / "docs" / "operations.md").read_text()
    asked = {name for file in (ROOT / "monty").glob("*.py") for name in ASKED.findall(file.read_text())}
    assert {"DATABASE_URL", "MEDIA_STORAGE_URL"} < asked
    assert {name for name in asked if f"`{name}`" not in told} == set()


def test_every_type_of_node_stands_in_the_table_of_flows() -> None:
    told = (ROOT / "docs" / "flows.md").read_text()
    assert {name for name in NODES if f"`{name}`" not in told} == set()
