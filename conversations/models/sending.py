"""How sending went: every attempt at a message, and receipts that came before the message's provider id was known."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations.models.message import Message


class Attempt(models.Model):
    """One try at handing a message to the provider. Never changed once its outcome is known, never deleted alone."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("message"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    # "sent", else a verdict of `channels_app.verdicts`.
    outcome = models.CharField(_("outcome"), max_length=12)
    # The provider's own, such as 10/2018278.
    code = models.CharField(_("code"), max_length=40, blank=True)
    detail = models.CharField(_("in words"), max_length=300, blank=True)
    # Who asked for it again; None: Monty itself.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}".strip()


class EarlyReceipt(models.Model):
    """A receipt whose message Monty does not know yet: the provider was quicker than its own answer."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=255)
    status = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("early receipt")
        verbose_name_plural = _("early receipts")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "status"], name="early_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.external_id}"
