"""Counters that go no further than they can be read at a glance, so that they cost the same however much there is."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

# From here on it is "99+".
MOST = 100


def count(rows: QuerySet) -> int:
    """How many there are, but never more than MOST: so many entries of their index are read at most."""
    return rows.order_by()[:MOST].count()


def capped(number: int) -> str:
    """What was counted so, as people read it."""
    return f"{MOST - 1}+" if number >= MOST else str(number)


class Counted(Subquery):
    """The same as an annotation, of what the query refers to (a team, a teammate)."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet, **extra: Any) -> None:
        super().__init__(rows.order_by().values("pk")[:MOST], **extra)
