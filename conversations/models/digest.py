"""The mail that tells somebody who waits while nobody is there: at most one in a while, sent by one worker only."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.rules import DIGEST_EVERY
from teams.models import Teammate

# Whoever holds a mail longer than this is dead, or the mail server did not take it: somebody tries again.
CLAIM_LASTS = timedelta(minutes=5)

# Whose conversation, and since when its customer waits: another wait is news.
Wait = list[Any]


class DigestQuerySet(models.QuerySet["Digest"]):
    def of(self, teammate: Teammate) -> "Digest":
        return self.get_or_create(teammate=teammate)[0]

    def claim(self, digest: "Digest", now: datetime) -> bool:
        """Take on sending the next one; False if another worker does so, or has done since `digest` was read."""
        free = Q(claimed_at=None) | Q(claimed_at__lte=now - CLAIM_LASTS)
        return self.filter(free, pk=digest.pk, sent_at=digest.sent_at).update(claimed_at=now) == 1


class Digest(models.Model):
    """The last mail that somebody got."""

    teammate = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("teammate")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    # Of which waits they know by it.
    told = models.JSONField(_("told"), default=list, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")

    def __str__(self) -> str:
        return f"{self.teammate} {self.sent_at or ''}".strip()

    def is_due(self, waits: list[Wait], now: datetime) -> bool:
        """Somebody waits of whom the last mail did not tell, and that was long enough ago."""
        rested = self.sent_at is None or self.sent_at <= now - DIGEST_EVERY()
        return rested and any(each not in self.told for each in waits)

    def settle(self, waits: list[Wait]) -> None:
        """The mail server has taken it."""
        self.sent_at, self.claimed_at, self.told = timezone.now(), None, waits
        self.save(update_fields=["sent_at", "claimed_at", "told"])
