"""The Celery application. Every task lives in an app's `tasks` module."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")

app = Celery("monty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_kwargs: object) -> None:
    """Having a receiver here stops Celery from replacing the LOGGING of the settings."""
