"""Who may read reports, and of which teams: asked by page, CSV, REST and mail alike."""

from django.utils.translation import gettext as _

from monty.errors import Forbidden
from teams.models import Teammate

PERMISSION = "conversations.read_reports"


def teams_of(reader: Teammate) -> tuple[int, ...] | None:
    """Of which teams they may read; None: of all, and of what is in no team's inbox. Raises Forbidden."""
    if not reader.has_perm(PERMISSION):
        raise Forbidden(_("Reports are for those whose role says so. A supervisor can change it."))
    return None if reader.oversees else tuple(reader.teams.order_by("pk").values_list("pk", flat=True))
