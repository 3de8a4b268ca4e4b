"""What becomes of a run, its conversation and its way after a node has done its part."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from flows.models import Fate, Flow, RunState
from flows.nodes.base import Given, HandOver, Jump, Leave, Outcome, Wait
from flows.stage import Stage


@dataclass(frozen=True, slots=True)
class Failed:
    """Something is wrong with the flow; or (`stopped`) a person has the conversation."""

    because: str
    stopped: bool = False


def carry_out(stage: Stage, outcome: Outcome | Failed, *, late: bool = False) -> bool:
    """Commit what a node has decided; True if the run goes on at once."""
    match outcome:
        case Leave():
            return leave(stage, outcome.exit, late=late)
        case Wait():
            return wait(stage, outcome)
        case Jump():
            return jump(stage, outcome)
        case Given():
            return given(stage, to_people=outcome.to_people)
        case HandOver():
            return hand_over(stage, outcome)
        case Failed(stopped=True):
            walk(stage, Fate.STOPPED)
            stage.run.stop(by=None, keep=stage.kept, reason=outcome.because)
            return False
        case Failed():
            return hand_over(stage, HandOver(outcome.because, asked=False), failed=True)
    raise TypeError(outcome)


def walk(stage: Stage, fate: str, exit: str = "") -> None:
    """Write down where the run was: a row when it comes to a node, and what became of it there."""
    run = stage.run
    told: dict[str, Any] = {"fate": fate, "exit": exit, "left_at": stage.now if fate else None}
    if run.state == RunState.WAITING:
        if fate:
            stage.amend_step(**told)
        return
    stage.kept |= {"steps": run.steps + 1, "hurry": run.hurry + 1}
    stage.write_step(number=run.steps + 1, version_id=run.version_id, node=run.node, at=stage.now, **told)


def leave(stage: Stage, exit: str, *, late: bool) -> bool:
    target = stage.node.exits.get(exit)
    # A wait whose time is over has done what it is for.
    fate = Fate.TIMED_OUT if late and exit == "timeout" else Fate.LEFT if target else Fate.ENDED
    walk(stage, fate, exit)
    if target is None:
        stage.run.finish(by=None, keep=stage.kept)
        stage.let_go()
        return False
    stage.run.go_on(target, by=None, keep=stage.kept)
    return True


def wait(stage: Stage, outcome: Wait) -> bool:
    walk(stage, "")
    stage.run.wait(outcome.until, by=None, listens=outcome.listens, keep=stage.kept)
    return False


def jump(stage: Stage, outcome: Jump) -> bool:
    flow = Flow.objects.filter(key=outcome.flow).first()
    version = flow.current if flow else None
    document = version.drawing if version else None
    node = outcome.node or (document.start if document else "")
    if version is None or document is None or node not in document.nodes:
        because = _("The flow leads to “%(flow)s”, which is not there.") % {"flow": outcome.flow}
        return hand_over(stage, HandOver(because, asked=False), failed=True)
    walk(stage, Fate.LEFT)
    stage.run.go_on(node, by=None, keep=stage.kept, version_id=version.pk)
    return True


def given(stage: Stage, *, to_people: bool) -> bool:
    walk(stage, Fate.HANDED_OVER if to_people else Fate.ENDED)
    end = stage.run.hand_over if to_people else stage.run.finish
    end(by=None, keep=stage.kept)
    return False


def hand_over(stage: Stage, outcome: HandOver, *, failed: bool = False) -> bool:
    """To people, who read in a note what the customer has told. A conversation that had ended begins anew for it."""
    walk(stage, Fate.FAILED if failed else Fate.HANDED_OVER)
    stage.note_answers(outcome.because)
    if stage.conversation.is_live:
        team = stage.team(outcome.team)
        stage.conversation.hand_over(team, by=None, asked=outcome.asked)
    else:
        stage.conversation.revive(by=None)
    end = stage.run.fail if failed else stage.run.hand_over
    end(by=None, keep=stage.kept, reason=outcome.because)
    return False
