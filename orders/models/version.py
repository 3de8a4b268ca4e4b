"""What was changed after an order was placed, for the customer to read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import changes


class Version(models.Model):
    """One change; `number` is the order's revision after it."""

    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="versions", verbose_name=_("order"))
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # As `orders.changes` has them.
    changes = models.JSONField(_("changes"), default=list)

    class Meta:
        verbose_name = _("version of an order")
        verbose_name_plural = _("versions of orders")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="version_once_per_order")]

    def __str__(self) -> str:
        return f"{self.order} v{self.number}"

    def forget(self) -> None:
        """Leave only what tells nothing of the customer."""
        Version.objects.filter(pk=self.pk).update(changes=changes.nameless(self.changes))

    @property
    def sentences(self) -> list[str]:
        """Each change in the reader's words."""
        return changes.sentences(self.changes, self.order.currency)
