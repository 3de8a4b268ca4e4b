from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin import apps as django_admin
from django.db.models.signals import post_migrate


class MontyConfig(AppConfig):
    name = "monty"

    def ready(self) -> None:
        # Makes the Celery app the current one wherever Django runs, so that tasks find their broker.
        import monty.celery  # noqa: F401

        # After the last app: the permissions of all are there by then.
        post_migrate.connect(furnish, sender=list(apps.get_app_configs())[-1])


def furnish(sender: AppConfig, *, plan: Any = None, **_: Any) -> None:
    """What every installation has from the start: roles to give, settings to change, kinds of data to keep."""
    from django.contrib.auth.management import create_permissions

    from teams import roles
    from teams.models import Keeping, Setting

    # None: a table was only emptied, which tests do all the time.
    if plan is not None:
        create_permissions(sender, verbosity=0)
        roles.renew()
        Setting.objects.furnish()
        Keeping.objects.furnish()


class AdminConfig(django_admin.AdminConfig):
    """Django's admin with our own site, so that `admin.site` stays the place to register at."""

    default = False
    default_site = "monty.admin.Site"
