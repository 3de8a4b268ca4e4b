"""Whether a teammate is there, and the log of how that came about.

A teammate *chooses* to be active or away; a socket's heartbeat shows that they are *connected*. Ready for new
work (the green dot) is both at once.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

# The browser's heartbeat comes every 30 s: two may be lost before somebody counts as gone.
CONNECTED_FOR = timedelta(seconds=90)
LONGEST_REASON = 60


class Availability(models.TextChoices):
    ACTIVE = "active", _("Active")
    AWAY = "away", _("Away")


class Presence(models.Model):
    """The presence half of a teammate (`Teammate` inherits it)."""

    availability = models.CharField(
        _("availability"), max_length=10, choices=Availability.choices, default=Availability.ACTIVE
    )
    away_reason = models.CharField(_("away because of"), max_length=LONGEST_REASON, blank=True, editable=False)
    back_at = models.DateTimeField(_("back at"), null=True, blank=True, editable=False)
    # Since when they are active, or away for whatever reasons.
    availability_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    # What was last announced: lets one periodic query find those who vanished without a word.
    connected = models.BooleanField(_("connected"), default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def is_connected(self) -> bool:
        return self.last_seen_at is not None and self.last_seen_at > timezone.now() - CONNECTED_FOR

    @property
    def is_ready(self) -> bool:
        """Active and connected: may be given new conversations."""
        return self.availability == Availability.ACTIVE and self.is_connected

    @property
    def dot(self) -> str:
        """The colour word the product uses: green for ready, red for everybody else."""
        return "green" if self.is_ready else "red"

    @property
    def presence_word(self) -> str:
        """What the dot means, for those who do not see its colour."""
        if self.availability == Availability.ACTIVE and not self.is_connected:
            return str(_("Offline"))
        return self.choice_word

    @property
    def choice_word(self) -> str:
        """What they chose, in words: “Active”, “Away: Lunch, back at 13:30”."""
        word = str(Availability(self.availability).label)
        because = f"{word}: {self.away_reason}" if self.away_reason else word
        return _t("%(away)s, back at %(moment)s") % {"away": because, "moment": self.back} if self.back_at else because

    @property
    def back(self) -> str:
        """When they mean to be back, as short as it can be said: “13:30”, “Mon 30 Nov, 09:00”, or ""."""
        return moment(self.back_at) if self.back_at else ""


def moment(at: datetime) -> str:
    """A moment in the near future, by the reader's clock: today's without its day."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "D j M, H:i")


class PresenceChangeQuerySet(models.QuerySet["PresenceChange"]):
    def forgettable(self, before: datetime) -> "PresenceChangeQuerySet":
        """All but each teammate's last choice and last line of then: from these on their presence is still known."""
        newer = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        theirs = PresenceChange.objects.filter(newer, teammate=OuterRef("teammate"), at__lt=before)
        choice = Q(what__in=Availability.values)
        overtaken = (choice & Exists(theirs.filter(choice))) | (~choice & Exists(theirs.exclude(choice)))
        return self.filter(overtaken, at__lt=before).order_by("at")


class PresenceChange(models.Model):
    """One line of the presence log. Append-only."""

    class What(models.TextChoices):
        ACTIVE = "active", _("became active")
        AWAY = "away", _("went away")
        CONNECTED = "connected", _("connected")
        VANISHED = "vanished", _("was no longer connected")

    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presence_changes", verbose_name=_("teammate")
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = PresenceChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence change")
        verbose_name_plural = _("presence log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["teammate", "-id"], name="presence_of_teammate"),
            models.Index(fields=["at"], name="presence_by_age"),
            # Choices are few among the comings and goings of sockets.
            models.Index(
                fields=["teammate", "-id"], name="choice_of_teammate", condition=Q(what__in=Availability.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teammate} {self.get_what_display()}"
