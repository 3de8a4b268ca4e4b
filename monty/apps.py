from django.apps import AppConfig
from django.contrib.admin import apps as django_admin


class MontyConfig(AppConfig):
    name = "monty"

    def ready(self) -> None:
        # Makes the Celery app the current one wherever Django runs, so that tasks find their broker.
        import monty.celery  # noqa: F401


class AdminConfig(django_admin.AdminConfig):
    """Django's admin with our own site, so that `admin.site` stays the place to register at."""

    default = False
    default_site = "monty.admin.Site"
