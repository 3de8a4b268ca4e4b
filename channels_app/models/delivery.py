"""What providers posted, byte for byte, and how often somebody posted what no provider had signed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models.channel import Channel


class Delivery(models.Model):
    """One signed POST of a provider. Stored before it is answered, read by a worker, kept for a while for replay."""

    class State(models.TextChoices):
        NEW = "new", _("To be read")
        DONE = "done", _("Read")
        # Reading broke off, or part of it could not be read: the rest is in; it may be read again.
        FAILED = "failed", _("Failed")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    body = models.BinaryField(_("body"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.NEW)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    # A worker has it; one that holds it longer than a minute is dead.
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["new", "done", "failed"]), name="delivery_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="new"), name="delivery_new"),
            models.Index(fields=["channel", "-received_at"], name="delivery_of_channel"),
            models.Index(fields=["received_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel_id}"


class Forgery(models.Model):
    """How many POSTs came to a channel in a day whose signature was wrong or missing. Nothing else is kept of them."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="forgeries", verbose_name=_("channel"))
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"), default=0)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    class Meta:
        verbose_name = _("refused signature")
        verbose_name_plural = _("refused signatures")
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="forgery_once_a_day")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.day}: {self.count}"
