"""What providers say about a channel's account itself."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import Notice, storable
from channels_app.models.channel import Channel
from channels_app.models.delivery import Delivery


class RemarkQuerySet(models.QuerySet["Remark"]):
    def keep(self, delivery: Delivery, channel: Channel, notice: Notice) -> bool:
        """Write it down; False if it is there: the same delivery is read again."""
        said = {"topic": notice.topic[:20], "code": notice.code[:40], "detail": storable(notice.detail)[:300]}
        facts = {"stops": notice.stops, "at": delivery.received_at}
        return self.get_or_create(channel=channel, delivery=delivery.pk, **said, defaults=facts)[1]

    def forgettable(self, before: datetime) -> "RemarkQuerySet":
        return self.filter(at__lt=before).order_by("at")


class Remark(models.Model):
    """One notice of a provider (`channels_app.border.Notice`): a warning, a limit, a template that was paused."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("channel"))
    # Its number; the row itself may be forgotten first.
    delivery = models.BigIntegerField(_("delivery"))
    topic = models.CharField(_("topic"), max_length=20)
    code = models.CharField(_("code"), max_length=40, blank=True)
    detail = models.CharField(_("in words"), max_length=300, blank=True)
    stops = models.BooleanField(_("stops sending"), default=False)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "delivery", "topic", "code", "detail"], name="remark_once_per_delivery"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="remark_by_age")]

    def __str__(self) -> str:
        return f"{self.topic} {self.code}".strip()
