"""What of the channels a person may change for the whole installation."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from channels_app.adapters import ADAPTERS
from monty.forms import HOUR
from teams.models.setting import DAY, Rule, kept, rule

DELIVERIES_KEPT = rule(
    "deliveries_kept",
    _("Raw webhooks are kept, days"),
    _("What providers posted can be read again for this long; what customers wrote in it is kept as messages anyway."),
    lambda: settings.DELIVERIES_KEPT,
    unit=DAY,
    least=1,
    most=365,
)
VISITORS_KEPT = kept(
    "visitors",
    _("Silent visitors are kept, days"),
    _("Browsers that opened a webchat and in which nobody ever wrote; whoever comes again later is a new visitor."),
    90,
    least=7,
)


def product_window(kind: str) -> timedelta:
    return ADAPTERS[kind].window.product


WINDOWS: dict[str, Rule] = {
    kind: rule(
        f"window_{kind}",
        format_lazy(_("Window of {kind}, hours"), kind=adapter.label),
        _("How long after their last message a customer may be answered, unless the channel itself says otherwise."),
        partial(product_window, kind),
        unit=HOUR,
        least=1,
    )
    for kind, adapter in ADAPTERS.items()
}


def window_of(kind: str) -> timedelta:
    """How long channels of this kind may be answered, before a channel's own window or its provider's rule."""
    found: timedelta = WINDOWS[kind]() if kind in WINDOWS else product_window(kind)
    return found
