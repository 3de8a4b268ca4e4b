"""Views of the inbox that people make themselves: an inbox, narrowed down, in an order, under a name."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput, Forbidden
from teams.models import Membership, Team, Teammate

# More than this in the left pane is no help to anybody.
MOST = 30


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, teammate: Teammate) -> "SavedViewQuerySet":
        """My own, those of my teams (whoever oversees: of every team), and those of everybody."""
        teams = Membership.objects.filter(teammate=teammate).values("team")
        of_teams = Q(team__isnull=False) if teammate.oversees else Q(team__in=teams)
        return self.filter(Q(owner=teammate) | of_teams | Q(for_everybody=True))

    def shown_to(self, teammate: Teammate) -> "SavedViewQuerySet":
        """The left pane's: at most MOST."""
        return self.visible_to(teammate).select_related("team").order_by("position", "pk")[:MOST]

    def make(self, owner: Teammate, name: str, *, base: str, wishes: dict[str, Any]) -> "SavedView":
        """A view of one's own, below the others. Raises BadInput when there are too many."""
        mine = self.filter(owner=owner)
        if mine.count() >= MOST:
            raise BadInput(_t("You have %(number)s views; delete one first.") % {"number": MOST}, field="name")
        last = mine.aggregate(last=Max("position"))["last"] or 0
        return self.create(owner=owner, name=name, base=base, wishes=wishes, position=last + 1)


class SavedView(models.Model):
    """What it shows is asked for anew by each reader: sharing it gives nobody a right to see anything."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=60)
    # The key of the inbox that it narrows down ("mine" is each reader's own), and by what (`inbox.narrowing`).
    base = models.CharField(_("inbox"), max_length=40)
    wishes = models.JSONField(_("filters"), default=dict)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("shared with team")
    )
    for_everybody = models.BooleanField(_("shared with everybody"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(condition=Q(team=None) | Q(for_everybody=False), name="view_shared_one_way"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.for_everybody or self.team_id is not None

    def may_be_changed_by(self, teammate: Teammate) -> bool:
        return self.owner_id == teammate.pk or (self.is_shared and teammate.oversees)

    def rename(self, name: str, *, by: Teammate) -> None:
        """Raises Forbidden."""
        self.demand_change(by)
        self.name = name
        self.save(update_fields=["name"])

    def share(self, *, team: Team | None = None, everybody: bool = False, by: Teammate) -> None:
        """With a team, with everybody, or (neither) with nobody any more. Raises Forbidden.

        A team's leads may share with it; whoever oversees may share with all.
        """
        self.demand_change(by)
        if team and everybody:
            raise BadInput(_t("Share it with one team or with everybody."), field="team")
        if (everybody and not by.oversees) or (team and team not in Team.objects.shareable_by(by)):
            raise Forbidden(_t("Only a supervisor or the team's lead may share a view."))
        self.team, self.for_everybody = team, everybody
        self.save(update_fields=["team", "for_everybody"])

    def move(self, up: bool, *, by: Teammate) -> None:
        """Past the next of its owner's views. Raises Forbidden."""
        self.demand_change(by)
        with transaction.atomic():
            mine = list(SavedView.objects.filter(owner=self.owner_id).order_by("position", "pk"))
            place = mine.index(self)
            mine.insert(max(place - 1, 0) if up else place + 1, mine.pop(place))
            for place, view in enumerate(mine):
                view.position = place
            SavedView.objects.bulk_update(mine, ["position"])

    def remove(self, *, by: Teammate) -> None:
        """Raises Forbidden."""
        self.demand_change(by)
        self.delete()

    def demand_change(self, teammate: Teammate) -> None:
        if not self.may_be_changed_by(teammate):
            raise Forbidden(_t("This view is not yours."))
