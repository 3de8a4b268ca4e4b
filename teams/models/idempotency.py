"""What a program asked for under a key of its own, so that asking again does nothing again (IETF's Idempotency-Key)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Whoever is at it for longer has died; a request ends long before.
CLAIM_LASTS = timedelta(minutes=1)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def claim(self, teammate: Any, key: str, asked: str) -> "tuple[IdempotencyKey, bool]":
        """The row of this key, and whether it is ours to answer: of several at once it is one's."""
        mine = IdempotencyKey(teammate=teammate, key=key, asked=asked)
        # Of two in the same moment the database refuses one, which then finds the other's.
        IdempotencyKey.objects.bulk_create([mine], ignore_conflicts=True)
        row = self.filter(teammate=teammate, key=key).first()
        if row is None:
            # Let go in this very moment.
            return mine, False
        if row.claim == mine.claim:
            return row, True
        return row, row.asked == asked and row.take_over()

    def forgettable(self, before: datetime) -> "IdempotencyKeyQuerySet":
        return self.filter(claimed_at__lt=before).order_by("claimed_at")


class IdempotencyKey(models.Model):
    """One key of one person: what it was used for, and what was answered (`status` null: somebody is at it)."""

    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # SHA-256 of method, address and body.
    asked = models.CharField(max_length=64)
    claim = models.UUIDField(default=uuid.uuid4)
    claimed_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    media_type = models.CharField(max_length=100, blank=True)
    # Encrypted: an answer may hold what a customer wrote, or a secret that is told once.
    answer = models.BinaryField(default=bytes)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        indexes = [models.Index(fields=["claimed_at"], name="idempotency_key_by_age")]
        constraints = [models.UniqueConstraint(fields=["teammate", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key

    def take_over(self) -> bool:
        """Whether it is ours from now on, because whoever had it has died."""
        if self.status is not None or self.claimed_at > timezone.now() - CLAIM_LASTS:
            return False
        mine, now = uuid.uuid4(), timezone.now()
        taken = IdempotencyKey.objects.filter(pk=self.pk, claim=self.claim, status=None)
        if not taken.update(claim=mine, claimed_at=now):
            return False
        self.claim = mine
        return True

    def keep(self, status: int, media_type: str, answer: bytes) -> bool:
        """In the transaction of what was done. False: somebody has taken it over, and nothing must come of ours."""
        mine = IdempotencyKey.objects.filter(pk=self.pk, claim=self.claim, status=None)
        return bool(mine.update(status=status, media_type=media_type, answer=answer))

    def release(self) -> None:
        """Nothing was done: whoever asks again may try again."""
        IdempotencyKey.objects.filter(pk=self.pk, claim=self.claim, status=None).delete()
