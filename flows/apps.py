from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlowsConfig(AppConfig):
    name = "flows"
    verbose_name = _("Flows")

    def ready(self) -> None:
        from flows import kept, listening, macros, reports
        from flows.models import Flow, FlowVersion, HumanWord, Trigger
        from teams import audit

        audit.watch(Flow, Trigger, HumanWord)
        audit.tell_of(FlowVersion)
        listening.connect()
        macros.connect()
        reports.add()
        kept.declare()
