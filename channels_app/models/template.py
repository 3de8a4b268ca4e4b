"""Templates a provider has approved, or not."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models.channel import Channel


class Template(models.Model):
    """A message template of a WhatsApp account, as it was at the last sync."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="templates", verbose_name=_("channel"))
    external_id = models.CharField(_("provider's id"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=20)
    category = models.CharField(_("category"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40)
    components = models.JSONField(_("components"), default=list)
    # Its variables have names, not numbers.
    named = models.BooleanField(_("named variables"), default=False)
    synced_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "name", "language"], name="template_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
