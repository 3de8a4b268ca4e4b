"""How long the log of outgoing webhooks is kept."""

from django.utils.translation import gettext_lazy as _

from teams.models.keeping import keep
from teams.models.setting import kept
from webhooks.models import Delivery

DELIVERIES_KEPT = kept(
    "webhooks", _("Outgoing webhooks are kept, days"), _("What was told to other programs, and what they answered."), 30
)


def declare() -> None:
    keep(Delivery, DELIVERIES_KEPT)
