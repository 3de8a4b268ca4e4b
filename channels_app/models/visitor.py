"""The visitors of webchat channels."""

import hashlib
import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.models.channel import Channel


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def of_token(self, token: str) -> "VisitorQuerySet":
        return self.filter(token_hash=hashed(token), channel__active=True)


class Visitor(models.Model):
    """A browser that opened a webchat. Becomes a contact when it writes, not before."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="visitors")
    # SHA-256 of a 256-bit random token: reading the database does not let anybody speak as the visitor.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Whom the website has proved this to be; "" for somebody unknown.
    user_id = models.CharField(_("user id"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = VisitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")

    def __str__(self) -> str:
        return self.name or str(self.uuid)

    # A view may ask the framework's questions of whoever is logged in.
    is_authenticated = True

    @property
    def external_id(self) -> str:
        """The channel's id of the person: the website's proved one, so that all their browsers share one thread."""
        return f"user:{self.user_id}" if self.user_id else str(self.uuid)


def hashed(token: str) -> str:
    # A program may send anything as a token, also half a surrogate pair.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def new_token() -> str:
    """256 random bits, safe in a header."""
    return secrets.token_urlsafe(32)
