from flows.models.dry_run import DryRun, DryTry
from flows.models.file import FlowFile
from flows.models.flow import Flow, Trigger, TriggerKind
from flows.models.run import FlowRun, RunState
from flows.models.step import Fate, FlowStep, period_of_figures
from flows.models.version import FlowVersion, SomebodyEdited, VersionState
from flows.models.word import HumanWord

__all__ = [
    "DryRun",
    "DryTry",
    "Fate",
    "Flow",
    "FlowFile",
    "FlowRun",
    "FlowStep",
    "FlowVersion",
    "HumanWord",
    "RunState",
    "SomebodyEdited",
    "Trigger",
    "TriggerKind",
    "VersionState",
    "period_of_figures",
]
