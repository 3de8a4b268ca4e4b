"""The benchmark table, a row at a time."""

from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure; `floor` is what the machine can do without Monty, in the same unit, in the same run."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio}


HEADING = f"{'':<58} {'value':>12} {'unit':<12} {'floor':>10} {'ratio':>7}  note"


def line(row: Row) -> str:
    floor = f"{row.floor:>10.2f}" if row.floor else f"{'':>10}"
    ratio = f"{row.ratio:>7.3f}" if row.ratio else f"{'':>7}"
    note = "; ".join(part for part in (row.floor_is, row.note) if part)
    return f"{row.name:<58} {row.value:>12.2f} {row.unit:<12} {floor} {ratio}  {note}"


def p50(values: list[float]) -> float:
    return median(values)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]
