"""Background work of the people's floor."""

from celery import shared_task

from teams.models import keeping


@shared_task
def forget_old(name: str) -> None:
    keeping.forget_old(name)


@shared_task
def forget_all_old() -> None:
    """Each kind as a task of its own: one that breaks off keeps no other from being forgotten."""
    for name in keeping.KINDS:
        forget_old.delay(name)
