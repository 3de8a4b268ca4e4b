"""What of outgoing webhooks a person may change for the whole installation."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from monty.forms import HOUR
from teams.models.setting import rule

TRIED_FOR = rule(
    "webhooks_tried_for",
    _("Outgoing webhooks are tried again for, hours"),
    _("What is refused for so long is given up; a webhook to which nothing got through in that time is switched off."),
    lambda: settings.WEBHOOKS_TRIED_FOR,
    unit=HOUR,
    least=1,
    most=168,
)
