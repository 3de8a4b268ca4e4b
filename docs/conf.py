"""How the pages in this folder become a site: `make docs`. The code writes its reference, so Django runs here."""

import os
import re
import sys
import tomllib
from pathlib import Path

import django
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ |= {"DJANGO_SETTINGS_MODULE": "monty.settings", "DEBUG": "1"}
django.setup()

from from_code import PARTS  # noqa: E402

project = "Monty"
release = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]["version"]
extensions = ["myst_parser"]
exclude_patterns = ["samples", "examples"]
# Options of commands have two dashes.
smartquotes = False
# So deep may a link go into another page.
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = f"Monty {release}"
html_show_copyright = False
html_show_sourcelink = html_copy_source = False

# Where there is no site, its reader learns how to make one.
MARK = re.compile(r"^> Made from the code by `make docs`: (\w+)$", re.MULTILINE)


def fill_in(app: Sphinx, page: str, source: list[str]) -> None:
    """In the place of a mark comes what the code says of that subject."""
    source[0] = MARK.sub(lambda mark: PARTS[mark[1]](), source[0])


def filled_in(app: Sphinx, env: object, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """These pages change without their files."""
    return [page for page in app.project.docnames if page.startswith("reference/")]


def setup(app: Sphinx) -> None:
    app.connect("source-read", fill_in)
    app.connect("env-get-outdated", filled_in)
