"""Background work of flows. Each task takes ids, calls one function, and may safely run twice."""

from datetime import timedelta

from celery import shared_task

from conversations.models import Conversation
from flows import dry_run as trial
from flows import engine
from flows.models import DryRun, FlowRun

# Whoever asks bots is answered within milliseconds; those that ask for longer have lost their task.
UNANSWERED = timedelta(seconds=2)


@shared_task
def attend(conversation_id: int) -> None:
    engine.attend(conversation_id)


@shared_task
def go_on_missed() -> None:
    """Waits that are over, runs whose worker died, and customers of whom no flow has decided yet."""
    for run in FlowRun.objects.due()[:500]:
        engine.advance(run)
    for conversation_id in Conversation.objects.asking_bots(UNANSWERED).values_list("pk", flat=True)[:500]:
        engine.attend(conversation_id)


@shared_task
def dry_run(run_id: int) -> None:
    trial.carry_out(run_id)


@shared_task
def resume_dry_runs() -> None:
    for run_id in DryRun.objects.lost().values_list("pk", flat=True)[:20]:
        trial.carry_out(run_id)
