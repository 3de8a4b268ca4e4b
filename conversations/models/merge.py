"""Two contacts that were one person: what was moved to the one that stays, so that it can be put back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.contact import Contact


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at=None)

    def into(self, contact: Contact) -> "MergeQuerySet":
        """What this contact was merged with, the latest first, and by whom."""
        return self.filter(stays=contact).select_related("goes", "by").order_by("-pk")

    def locked(self, pk: int) -> "Merge | None":
        """As it stands now, locked until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


class Merge(models.Model):
    """`goes` became a part of `stays`."""

    stays = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", verbose_name=_("stays"))
    goes = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", verbose_name=_("goes"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    # Ids of the identities that were moved; their conversations went along.
    moved = models.JSONField(_("moved"), default=list)
    # What that changed on the card that stays: [{"field", "before", "after"}].
    changed = models.JSONField(_("changed"), default=list)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            # However many press the button at once: nobody is merged into two.
            models.UniqueConstraint(fields=["goes"], condition=models.Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(condition=~models.Q(stays=models.F("goes")), name="merged_with_another"),
        ]

    def __str__(self) -> str:
        return f"#{self.goes_id} → #{self.stays_id}"

    @property
    def before(self) -> dict[str, Any]:
        """The card that stays as it was, in the fields that were changed."""
        return {each["field"]: each["before"] for each in self.changed}
