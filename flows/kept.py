"""How long flows keep what grows there."""

from django.utils.translation import gettext_lazy as _

from flows.models import DryRun, FlowRun, FlowStep
from teams.models.keeping import keep
from teams.models.setting import kept

STEPS_KEPT = kept(
    "steps",
    _("Steps of flows are kept, days"),
    _("The way that each customer took through a flow. The figures on a flow's picture reach back no further."),
    365,
)
RUNS_KEPT = kept(
    "runs",
    _("Runs of flows are kept, days"),
    _("That a flow ran, what it asked, how it ended. The report about flows reaches back no further. Empty: for ever."),
    None,
    least=30,
)
DRY_RUNS_KEPT = kept(
    "dry_runs", _("Dry runs are kept, days"), _("What would have come of a draft with earlier conversations."), 7
)


def declare() -> None:
    keep(FlowRun, RUNS_KEPT)
    keep(FlowStep, STEPS_KEPT)
    keep(DryRun, DRY_RUNS_KEPT)
