"""How long teammates were there, day by day: added up from the presence log for reports."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OnlineDay(models.Model):
    """How many seconds of a day a teammate was active and connected."""

    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    seconds = models.PositiveIntegerField(_("seconds"))

    class Meta:
        verbose_name = _("day online")
        verbose_name_plural = _("days online")
        constraints = [models.UniqueConstraint(fields=["teammate", "day"], name="one_day_online")]
        indexes = [models.Index(fields=["day"], name="online_by_day")]

    def __str__(self) -> str:
        return f"{self.teammate} {self.day}"
