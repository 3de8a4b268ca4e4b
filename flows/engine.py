"""Carries runs on: one node in one transaction, for as long as nothing has to be waited for.

The conversation's row is locked first, then the run's. What a node says, where the run is then, and the step that was
made are committed together: a worker may die anywhere, and whoever comes next goes on at the right node and repeats
nothing. Two workers at one run take turns, and the second finds that nothing is left to do.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Conversation, Message
from flows import calling, triggers
from flows.answers import payload_of
from flows.calling import Request, Told
from flows.models import FlowRun, HumanWord, RunState
from flows.moves import Failed, carry_out
from flows.nodes import NODES
from flows.nodes.base import Call, HandOver, NodeType, Outcome, Wait
from flows.nodes.http_call import HttpCall
from flows.stage import Stage
from monty.errors import MontyError

logger = logging.getLogger(__name__)

# Steps in a row without waiting for anything, and steps of a run altogether.
MOST_IN_A_HURRY, MOST = 60, 1000
# What is written this short a time before a question is no answer to it: nobody reads that fast.
CROSSED = timedelta(seconds=1)
# After its own time-out nobody makes a call any more.
CALL_ENDS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Calling:
    """Another system is to be asked. `key` says for which moment of the run the answer is."""

    request: Request
    key: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    told: Told
    key: UUID


def attend(conversation_id: int) -> None:
    """Something has happened in a conversation: its run goes on; without one, a flow may begin."""
    if run := FlowRun.objects.of_conversation(conversation_id):
        advance(run)
    if begun := triggers.consider(conversation_id):
        advance(begun)


def advance(run: FlowRun) -> None:
    """As far as it goes now."""
    going: bool | Calling = True
    while going:
        answer = None
        if isinstance(going, Calling):
            answer = Answered(calling.ask(going.request, key=str(going.key)), going.key)
        going = step(run, answer)


def step(run: FlowRun, answer: Answered | None = None) -> bool | Calling:
    """One node, if it is the run's turn; False when there is nothing more to do now."""
    with transaction.atomic():
        conversation = Conversation.for_change().select_related("identity__contact").get(pk=run.conversation_id)
        run = FlowRun.for_change().get(pk=run.pk)
        if not run.is_under_way:
            return False
        node = run.version.drawing.nodes[run.node]
        stage = Stage(conversation, run, node, timezone.now(), called=answer.told if answer else None)
        if not conversation.with_bot:
            return carry_out(stage, Failed(_("A person took over."), stopped=True))
        now = turn(stage, answer)
        return False if now is None else play(stage, now)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the run has to do now. `late`: because the time for which it waited has passed."""

    act: Callable[[Stage], Outcome | Failed]
    late: bool = False


def turn(stage: Stage, answer: Answered | None) -> Turn | None:
    """What the run has to do now; None if it is nobody's turn, or somebody else's."""
    run, kind = stage.run, NODES[stage.node.type](stage.node)
    news = stage.news
    if any(wants_a_person(each, stage) for each in news):
        stage.kept["heard"] = news[-1].pk
        return Turn(lambda _stage: HandOver(_("The customer asked for a person.")))
    if run.state == RunState.RUNNING:
        return entering(stage, kind, answer)
    heard = [each for each in news if answers_it(each, stage)]
    if news:
        stage.kept["heard"] = news[-1].pk
    if heard and run.listens:
        return Turn(lambda stage: kind.hear(stage, heard))
    if run.until is not None and run.until <= stage.now:
        return Turn(kind.time_out, late=True)
    # Woken for nothing: it waits on as before.
    return Turn(lambda _stage: Wait(run.until, listens=run.listens))


def entering(stage: Stage, kind: NodeType, answer: Answered | None) -> Turn | None:
    run = stage.run
    if answer is not None and answer.key != run.call:
        return None
    if answer is None and run.call is not None and run.until is not None and run.until > stage.now:
        return None
    if run.steps >= MOST or run.hurry >= MOST_IN_A_HURRY:
        return Turn(lambda _stage: Failed(_("The flow goes round in circles.")))
    return Turn(kind.enter)


def wants_a_person(message: Message, stage: Stage) -> bool:
    """In words of their own: an answer that the flow itself offers leads where its arrow does, whatever it says."""
    return not was_offered(message, stage) and HumanWord.objects.asked_for_in(message.text)


def was_offered(message: Message, stage: Stage) -> bool:
    """It is a press on one of this node's own buttons."""
    pressed: str = message.details.get("button", {}).get("payload", "")
    return pressed.startswith(payload_of(stage.node.id, {"id": ""}))


def answers_it(message: Message, stage: Stage) -> bool:
    """It was written after what the run has said, as far as clocks can tell."""
    said_at = stage.run.said_at
    if said_at is None or was_offered(message, stage):
        return True
    # Some providers tell whole seconds only.
    since = said_at if message.at.microsecond else said_at.replace(microsecond=0)
    return not since - CROSSED <= message.at < since


def play(stage: Stage, turn: Turn) -> bool | Calling:
    """Do it; what the node refuses, or breaks off in, is undone, and people get the conversation."""
    before = dict(stage.kept)
    try:
        with transaction.atomic():
            outcome = turn.act(stage)
    except MontyError as refused:
        stage.kept = before
        outcome = HandOver(str(refused.detail), asked=False)
    except (OperationalError, InterfaceError):
        # The database's fault, not the node's: whoever looks for lost runs tries again.
        raise
    except Exception:
        logger.exception("run %s broke off at %s", stage.run.pk, stage.node.id)
        stage.kept = before
        outcome = Failed(_("The flow broke off at “%(node)s”.") % {"node": stage.node.title})
    if isinstance(outcome, Call):
        return call(stage)
    return carry_out(stage, outcome, late=turn.late)


def call(stage: Stage) -> Calling:
    request = HttpCall(stage.node).request(stage)
    # Whoever makes it again after a worker's death makes the same call.
    key = uuid5(NAMESPACE_URL, f"monty:run:{stage.run.pk}:call:{stage.run.steps}")
    until: datetime = stage.now + timedelta(seconds=request.seconds) + CALL_ENDS
    stage.run.call_out(key, until, by=None)
    return Calling(request, key)
