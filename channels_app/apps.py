from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "channels_app"
    verbose_name = _("Channels")

    def ready(self) -> None:
        from channels_app import kept, memory
        from channels_app.adapters import ADAPTERS
        from channels_app.models import Channel, Delivery
        from teams import audit

        memory.connect()
        kept.declare()
        secrets = [f"config.{name}" for adapter in ADAPTERS.values() for name in adapter.secret_names()]
        audit.watch(Channel, but=["renewing_at", "paused_until", "greeted"], hidden=secrets)
        audit.tell_of(Delivery)
