from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.socialaccount.providers import registry

        from teams import kept, watched
        from teams.login import sso, told

        registry.register(sso.SingleSignOn)
        watched.connect()
        told.connect()
        kept.declare()
