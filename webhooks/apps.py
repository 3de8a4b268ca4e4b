from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Outgoing webhooks")

    def ready(self) -> None:
        from teams import audit
        from webhooks import kept, listening
        from webhooks.models import Delivery, Subscription

        audit.watch(Subscription, only=["name", "url", "verbs", "all_teams", "active"])
        audit.tell_of(Delivery)
        listening.connect()
        kept.declare()
