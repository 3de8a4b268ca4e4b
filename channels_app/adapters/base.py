"""What a channel is to the rest of Monty. Nothing outside this package asks for a channel's kind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from channels_app.border import Outbound
from monty.errors import Undeliverable

if TYPE_CHECKING:
    from channels_app.models import Channel


@dataclass(frozen=True, slots=True)
class Window:
    """How long after the customer's last message a channel may be used.

    `product` bounds reopening and responding (a channel may override it). `free` is the provider's own limit for
    any message, `human` its limit for messages written by a person; None: the provider sets no such limit.
    `template_after`: when `free` has passed, approved templates remain possible.
    """

    product: timedelta
    free: timedelta | None = None
    human: timedelta | None = None
    template_after: bool = False


class Adapter:
    """One kind of channel. A subclass is one file; `send` is all that the outbox asks of it."""

    kind: ClassVar[str]
    label: ClassVar[str]
    # An icon of static/vendor/vendor.toml.
    icon: ClassVar[str] = "message-circle"
    window: ClassVar[Window]
    text_limit: ClassVar[int]
    # Sending twice does no harm: a message whose worker died while sending may simply be sent again.
    idempotent: ClassVar[bool] = False

    class Config(forms.Form):
        """The channel's own settings, as the admin asks for them. Stored as `Channel.config`."""

    def __init__(self, channel: "Channel") -> None:
        self.channel = channel

    @property
    def to_paste(self) -> str:
        """What connects the channel: pasted by hand at the provider (here: where it shall send its events)."""
        return f"{settings.PUBLIC_URL}/webhooks/{self.channel.uuid}/"

    def send(self, message: Outbound) -> str:
        """Hand a message to the provider; return the provider's id for it ("" if it gives none).

        Raises Undeliverable. An adapter that cannot send yet refuses for good, in words.
        """
        raise Undeliverable(_("Monty is not connected to %(channel)s yet.") % {"channel": self.label}, permanent=True)
