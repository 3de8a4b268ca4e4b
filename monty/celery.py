"""The Celery application. Every task lives in an app's `tasks` module."""

import os

from celery import Celery
from celery.signals import (
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
)

from monty import broker, correlation, settling, telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")

broker.take_part()
app = Celery("monty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

before_task_publish.connect(correlation.send_along)
task_prerun.connect(correlation.take_up)
task_postrun.connect(correlation.put_down)


@worker_init.connect
def settle(**_kwargs: object) -> None:
    """Before it forks: what is not looked through is not copied, either."""
    settling.settle()


@worker_process_init.connect
def follow(**_kwargs: object) -> None:
    """What sends spans lives in a thread, which a fork does not take along."""
    telemetry.start()


@setup_logging.connect
def keep_django_logging(**_kwargs: object) -> None:
    """Having a receiver here stops Celery from replacing the LOGGING of the settings."""
