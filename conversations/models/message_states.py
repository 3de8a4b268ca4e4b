"""Who says a message, how far it has come, and where it may go from there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Author(models.TextChoices):
    CONTACT = "contact", _("Customer")
    TEAMMATE = "teammate", _("Teammate")
    BOT = "bot", _("Bot")
    SYSTEM = "system", _("Monty")


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


# From which states a status may be reached. Receipts come late and out of order; a status never goes back.
BEFORE: dict[str, tuple[str, ...]] = {
    Status.SENDING: (Status.QUEUED,),
    Status.QUEUED: (Status.SENDING,),
    Status.SENT: (Status.QUEUED, Status.SENDING, Status.UNKNOWN),
    Status.DELIVERED: (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN),
    Status.READ: (Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNKNOWN),
    Status.FAILED: (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN),
    Status.UNKNOWN: (Status.SENDING,),
}

UNDELIVERED = [Status.FAILED, Status.UNKNOWN]
# What a person may do about a message in such a state.
VERBS: dict[str, list[str]] = {Status.FAILED: ["retry", "discard"], Status.UNKNOWN: ["confirm", "retry"]}
UNSENT = [Status.QUEUED, Status.SENDING]
