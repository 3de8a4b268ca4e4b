"""The audit log: who configured or exported what, when and from where. Written once, never changed."""

from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Younger entries cannot be deleted by anybody; PostgreSQL itself refuses it (see the migration).
KEPT_AT_LEAST = timedelta(days=30)


class Deed(models.TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    DID = "did", _("did")
    EXPORTED = "exported", _("exported")


class Door(models.TextChoices):
    """By which way it came."""

    PAGE = "page", _("page")
    ADMIN = "admin", _("admin")
    REST = "rest", _("REST")
    MONTY = "monty", _("Monty itself")


class AppendOnly(TypeError):
    """Somebody tried to change the log by code."""

    def __init__(self) -> None:
        super().__init__("The audit log is only written to.")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def forgettable(self, before: datetime) -> "AuditQuerySet":
        """Never what the database would not let go."""
        limit = timezone.now() - KEPT_AT_LEAST - timedelta(hours=1)
        return self.filter(at__lt=min(before, limit)).order_by("at")

    def forget(self) -> None:
        self._raw_delete(self.db)


class AuditEntry(models.Model):
    """One deed. Names are kept as they were then: people and things may go, what they did stays."""

    at = models.DateTimeField(_("at"), default=timezone.now)
    # Without a constraint: whoever did it may be deleted later, and this row may not change for it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("who"), max_length=200)
    address = models.GenericIPAddressField(_("from"), null=True)
    door = models.CharField(_("way"), max_length=5, choices=Door.choices)
    deed = models.CharField(_("deed"), max_length=8, choices=Deed.choices)
    # What it was done to: "teams.team", its id, what it was called.
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("number"), max_length=64, blank=True)
    subject = models.CharField(_("what"), max_length=200, blank=True)
    # Changed: {"name": ["before", "after"]}; else plain facts. Never a secret.
    data = models.JSONField(_("details"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="audit_by_age"),
            models.Index(fields=["kind", "key", "-id"], name="audit_of_thing"),
            models.Index(fields=["actor", "-id"], name="audit_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(deed__in=Deed.values), name="audit_deed_known"),
            models.CheckConstraint(condition=models.Q(door__in=Door.values), name="audit_door_known"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_deed_display()} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly
