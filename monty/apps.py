from django.apps import AppConfig


class MontyConfig(AppConfig):
    name = "monty"

    def ready(self) -> None:
        # Makes the Celery app the current one wherever Django runs, so that tasks find their broker.
        import monty.celery  # noqa: F401
