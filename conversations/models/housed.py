"""What people write down to use again: somebody's own, a team's, or everybody's."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from teams.models import Membership, Team, Teammate


class HousedQuerySet(models.QuerySet):
    def shared(self) -> Self:
        return self.filter(owner=None)

    def of(self, teammate: Teammate) -> Self:
        return self.filter(owner=teammate)

    def visible_to(self, teammate: Teammate) -> Self:
        """Everybody's, those of my teams (whoever oversees: of every team), and my own."""
        if teammate.oversees:
            return self.filter(Q(owner=None) | Q(owner=teammate))
        teams = Membership.objects.filter(teammate=teammate).values("team")
        return self.filter(Q(owner=None, team=None) | Q(team__in=teams) | Q(owner=teammate))

    def count_use(self, number: int) -> None:
        """It was used once more: counted by the database, so that of two at once none is lost."""
        self.filter(pk=number).update(used=F("used") + 1)


class Housed(models.Model):
    """A team's, everybody's (neither owner nor team), or somebody's own; `used` says how often."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Empty: for everybody."),
    )

    class Meta:
        abstract = True

    @property
    def of_whom(self) -> str:
        """Whose it is, for whoever sees it."""
        return self.team.name if self.team else str(_("Mine") if self.owner_id else _("Everybody"))
