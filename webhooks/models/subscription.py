"""Subscriptions: which program hears of what, and how it knows that it is us."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app import secrets
from teams.models import Team, Teammate
from webhooks import demands, signing

logger = logging.getLogger(__name__)
# After a rotation both secrets sign for so long.
ROTATION_LASTS = timedelta(hours=24)
# Whoever has taken on telling the owner and says nothing for longer has died, or the mail server did not take it.
CLAIM_LASTS = timedelta(minutes=5)
# Of what got through only the minute is kept: a busy receiver's row need not be written each time.
NOTED_EVERY = timedelta(minutes=1)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, person: Teammate) -> "SubscriptionQuerySet":
        """All; for whoever is held to their teams those that hear of no other team."""
        if not person.own_teams_only:
            return self
        others = Team.objects.exclude(pk__in=Team.objects.within_reach(person).values("pk"))
        return self.filter(all_teams=False).exclude(teams__in=others)

    def ready(self) -> "SubscriptionQuerySet":
        """Those to which something may be sent now."""
        rested = Q(rests_until=None) | Q(rests_until__lte=timezone.now())
        return self.filter(rested, active=True)

    def switched_off(self) -> "SubscriptionQuerySet":
        """By Monty, because nothing got through."""
        return self.filter(active=False).exclude(off_because="")

    def to_tell_of(self) -> "SubscriptionQuerySet":
        """Switched off, and their owners do not know yet."""
        return self.filter(notice_at__lte=timezone.now())

    def claim_notice(self, number: int) -> "Subscription | None":
        """Take on telling the owner; None: somebody else does so, or has."""
        if not self.to_tell_of().filter(pk=number).update(notice_at=timezone.now() + CLAIM_LASTS):
            return None
        return self.select_related("owner").get(pk=number)


class Subscription(models.Model):
    """An address to which Monty posts what happens: of the verbs and teams it asks for."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    # None: all.
    verbs = models.JSONField(_("events"), default=list, blank=True)
    # Said, not concluded from an empty choice: a team that is deleted must not open all the others.
    all_teams = models.BooleanField(
        _("all teams"), default=False, help_text=_("Also conversations that are in no team's inbox.")
    )
    teams = models.ManyToManyField(Team, blank=True, related_name="+", verbose_name=_("teams"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("owner"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    # Both encrypted (`channels_app.secrets`); the former one signs too until it ends.
    secret = models.CharField(max_length=300, editable=False)
    former_secret = models.CharField(max_length=300, blank=True, editable=False)
    former_until = models.DateTimeField(_("former secret until"), null=True, editable=False)
    active = models.BooleanField(_("active"), default=True, editable=False)
    # Why Monty switched it off; "": it did not.
    off_because = models.CharField(_("switched off because"), max_length=300, blank=True, editable=False)
    off_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    # When somebody is to tell the owner of that; None: it is done.
    notice_at = models.DateTimeField(null=True, editable=False)
    # When something got through last (give or take a minute), and until when the receiver is left alone.
    delivered_at = models.DateTimeField(_("last delivered"), null=True, editable=False)
    rests_until = models.DateTimeField(_("left alone until"), null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="webhook_to_tell_of")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, *, by: Teammate, teams: Collection[Team] | None, **facts: Any) -> "Subscription":
        """A new one, with a secret of its own. `teams`: None: all. Raises BadInput."""
        row = cls(owner=by, secret=secrets.seal(signing.new_secret()))
        row.arrange(by=by, teams=teams, **facts)
        return row

    def arrange(self, *, by: Teammate, teams: Collection[Team] | None, **facts: Any) -> None:
        """Give it these settings. Raises BadInput, and nothing has changed."""
        demands.url(facts.get("url", self.url))
        demands.verbs(facts.get("verbs", self.verbs))
        demands.teams(teams, by=by)
        for name, value in (facts | {"all_teams": teams is None}).items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=None if self._state.adding else [*facts, "all_teams"])
            self.teams.set(teams or ())

    # --- Secrets --------------------------------------------------------------------------------------------------

    def keys(self, now: datetime) -> list[str]:
        """By which it is signed now, the newest first. Raises Refused if no key opens them."""
        former = [self.former_secret] if self.former_until and self.former_until > now else []
        return [secrets.unseal(each) for each in (self.secret, *former)]

    @property
    def newest_key(self) -> str:
        return self.keys(timezone.now())[0]

    def rotate(self, *, by: Teammate) -> str:
        """A new secret. The one until now goes on signing beside it for a day, any older one ends at once."""
        new = signing.new_secret()
        with transaction.atomic():
            row = Subscription.objects.select_for_update(no_key=True).get(pk=self.pk)
            row.former_secret, row.former_until = row.secret, timezone.now() + ROTATION_LASTS
            row.secret = secrets.seal(new)
            row.save(update_fields=["secret", "former_secret", "former_until"])
        self.refresh_from_db()
        return new

    def renew_secrets(self) -> None:
        """Encrypt with the newest key of the installation. Raises Refused, and changes nothing, if no key opens one."""
        with transaction.atomic():
            row = Subscription.objects.select_for_update(no_key=True).get(pk=self.pk)
            row.secret, row.former_secret = secrets.renew(row.secret), secrets.renew(row.former_secret)
            row.save(update_fields=["secret", "former_secret"])

    # --- On and off -----------------------------------------------------------------------------------------------

    def switch_on(self, *, by: Teammate) -> None:
        """What has been waiting is sent, with all the time it had."""
        self.active, self.off_because, self.off_at = True, "", None
        self.notice_at = self.rests_until = None
        with transaction.atomic():
            self.save(update_fields=["active", "off_because", "off_at", "notice_at", "rests_until"])
            self.deliveries.begin_again()

    def switch_off(self, *, by: Teammate) -> None:
        """Nothing new is kept for it, and what waits stays."""
        self.active = False
        self.save(update_fields=["active"])

    def give_up(self, because: str) -> bool:
        """Switch it off, because nothing gets through; its owner is told. True if this is news."""
        with transaction.atomic():
            row = Subscription.objects.select_for_update(no_key=True).get(pk=self.pk)
            if not row.active:
                return False
            row.active, row.off_because = False, because[:300]
            row.off_at = row.notice_at = timezone.now()
            row.save(update_fields=["active", "off_because", "off_at", "notice_at"])
        logger.warning("webhook %s is switched off: %s", self.pk, because)
        return True

    def note_delivered(self, now: datetime) -> None:
        old = Q(delivered_at=None) | Q(delivered_at__lt=now - NOTED_EVERY) | Q(rests_until__isnull=False)
        Subscription.objects.filter(old, pk=self.pk).update(delivered_at=now, rests_until=None)

    def got_through_since(self, at: datetime) -> bool:
        return Subscription.objects.filter(pk=self.pk, delivered_at__gte=at).exists()

    def leave_alone(self, until: datetime) -> None:
        Subscription.objects.filter(pk=self.pk).update(rests_until=until)

    # --- What it hears --------------------------------------------------------------------------------------------

    @property
    def is_near(self) -> bool:
        """On the machine of whoever develops a receiver: there neither https nor a public address is asked for."""
        return demands.is_near(self.url)

    @property
    def team_ids(self) -> Sequence[int]:
        return [team.pk for team in self.teams.all()]
