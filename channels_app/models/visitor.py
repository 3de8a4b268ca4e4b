"""The visitors of webchat channels."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models.channel import Channel

# A transcript that nobody has sent by then: its task was lost, or the mail server refused it a moment ago.
OVERDUE = timedelta(minutes=1)
# Whoever waits for longer has asked again, or does not want it any more.
GIVE_UP = timedelta(hours=6)


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def welcome(self, token: str, channel_uuid: uuid.UUID) -> "Visitor | None":
        """Whose token this is, if they may use this channel now: it is active, and open to who they are."""
        mine = self.filter(token_hash=hashed(token), channel__uuid=channel_uuid, channel__active=True)
        visitor = mine.select_related("channel").first()
        if visitor is None or (visitor.channel.webchat.is_for_proved_users and not visitor.user_id):
            return None
        return visitor

    def revoke(self, token: str, channel: Channel) -> int:
        """Make a token worthless; how many it was good for."""
        return self.filter(token_hash=hashed(token), channel=channel).update(token_hash=hashed(new_token()))

    def transcripts_overdue(self) -> "VisitorQuerySet":
        now = timezone.now()
        return self.filter(transcript_due__lt=now - OVERDUE, transcript_due__gt=now - GIVE_UP)

    def claim_transcript(self, pk: int) -> "Visitor | None":
        """Take on sending the transcript that was asked for; None if somebody has, or it was not asked for."""
        if not self.filter(pk=pk, transcript_due__isnull=False).update(transcript_due=None):
            return None
        return self.select_related("channel__team").get(pk=pk)


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
    # The website has signed the address itself, so mail may be sent to it.
    email_verified = models.BooleanField(_("e-mail verified"), default=False)
    # Since when the visitor waits for a copy of the talk by e-mail.
    transcript_due = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = VisitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        indexes = [
            models.Index(fields=["created_at"], name="visitor_by_age"),
            models.Index(fields=["transcript_due"], condition=Q(transcript_due__isnull=False), name="transcript_due"),
        ]

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
