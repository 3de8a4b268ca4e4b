"""Signs on messages: at most one of each person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message


class Reaction(models.Model):
    """The customer's sign on a message."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="reaction", verbose_name=_("message")
    )
    emoji = models.CharField(_("emoji"), max_length=40)
    # By the provider's clock: an older sign that comes late changes nothing.
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")

    def __str__(self) -> str:
        return self.emoji
