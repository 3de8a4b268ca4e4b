"""What programs log in by: tokens, as many as a person wants, each known by its hash and by what it may be used for."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput

# By this a token is found where none should be: in a repository, in a log.
PREFIX = "monty_"
# So many characters of it are kept, so that its owner knows which one it is.
SHOWN = len(PREFIX) + 4
# More than these nobody tells apart.
MOST = 50
# When it was used last is known give or take this, so that not every request writes a row.
NOTED_EVERY = timedelta(minutes=10)


class Scope(models.TextChoices):
    """What a token is good for, of all that its owner may do. Each includes those before it."""

    READ = "read", _("Look")
    WRITE = "write", _("Look and answer")
    ADMIN = "admin", _("Everything that I may do")

    def includes(self, other: "Scope") -> bool:
        return ORDER.index(self) >= ORDER.index(other)


ORDER = list(Scope)


def hashed(key: str) -> str:
    """SHA-256 is enough for what nobody can guess: a key has 256 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def good(self) -> "ApiTokenQuerySet":
        """Those that still open anything."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), teammate__is_active=True)

    def of_key(self, key: str) -> "ApiToken | None":
        """With its teammate, in one query."""
        return self.good().select_related("teammate").filter(key_hash=hashed(key)).first()

    def make(
        self, teammate: Any, *, name: str = "", scope: str = Scope.ADMIN, expires_at: datetime | None = None
    ) -> "ApiToken":
        """A new one; its `key` is known on this row only. Raises BadInput.

        Of those without a name, which programs get by a password again and again, the one that was not used for
        longest makes place.
        """
        key = PREFIX + secrets.token_urlsafe(32)
        row = ApiToken(teammate=teammate, name=name, scope=scope, expires_at=expires_at)
        row.key, row.key_hash, row.start = key, hashed(key), key[:SHOWN]
        row.demand_valid()
        alike = self.filter(teammate=teammate, name="") if not name else self.filter(teammate=teammate).exclude(name="")
        if name and alike.count() >= MOST:
            raise BadInput(_t("You have %(number)s tokens; revoke one first.") % {"number": MOST}, field="name")
        for stale in alike.order_by(Coalesce("used_at", "made_at").desc(), "-pk")[MOST - 1 :]:
            stale.delete()
        row.save(force_insert=True)
        return row

    def forgettable(self, before: datetime) -> "ApiTokenQuerySet":
        return self.filter(expires_at__lt=before).order_by("expires_at")


class ApiToken(models.Model):
    """One of a person's. The key itself is told once; whoever reads the database gets in by none."""

    key = ""

    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("teammate")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    scope = models.CharField(_("may be used to"), max_length=5, choices=Scope.choices, default=Scope.ADMIN)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=SHOWN, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["expires_at"], name="api_token_by_age")]
        constraints = [models.CheckConstraint(condition=Q(scope__in=Scope.values), name="api_token_scope_known")]

    def __str__(self) -> str:
        return self.name or f"{self.start}…"

    def demand_valid(self) -> None:
        """Raises BadInput."""
        try:
            self.clean_fields(exclude=["teammate", "key_hash", "start"])
        except ValidationError as error:
            field, sentences = next(iter(error.message_dict.items()))
            raise BadInput(sentences[0], field=field) from error
        if self.expires_at is not None and self.expires_at <= timezone.now():
            raise BadInput(_t("This time is over."), field="expires_at")

    def includes(self, needed: Scope) -> bool:
        return Scope(self.scope).includes(needed)

    def use(self) -> None:
        """Note that it was used just now, or a little before."""
        now = timezone.now()
        if self.used_at is None or self.used_at < now - NOTED_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(used_at=now)
