"""What the last `make bench` measured."""

import json
from pathlib import Path
from typing import Any

from from_code.markdown import table

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"


def results() -> str:
    rows = json.loads(RESULTS.read_text())
    return table(["what", "figure", "", "floor", "ratio", "note"], [cells(row) for row in rows])


def cells(row: dict[str, Any]) -> list[str]:
    note = "; ".join(filter(None, [row["floor_is"], row["note"]]))
    return [row["name"].strip(), figure(row["value"]), row["unit"], figure(row["floor"]), figure(row["ratio"]), note]


def figure(value: float | None) -> str:
    """With three digits that mean something."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
