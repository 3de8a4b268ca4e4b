"""The flight recorder of Auto Assign: what was on the table in each round, and who got what.

A round keeps its members as they stood before it, its decisions keep the conversations in their order. `balance.deal`
over both gives the same decisions again: every "why" is worked out from here, and nothing else need be stored.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.balancer.balance import Deal, Member, Table, Waiting, skipped
from teams.models import Team

if TYPE_CHECKING:
    from conversations.models.conversation import Conversation


class RoundQuerySet(models.QuerySet["Round"]):
    def latest_of(self, team_id: int) -> "Round | None":
        return self.filter(team=team_id).order_by("-pk").first()

    def forgettable(self, before: datetime) -> "RoundQuerySet":
        return self.filter(at__lt=before).order_by("at")


class Round(models.Model):
    """One drain of a team's inbox by Auto Assign. Append-only."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="rounds", verbose_name=_("team"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    # Within the team's working hours.
    open = models.BooleanField(_("open"))
    members = models.JSONField(_("members"))
    dealt = models.PositiveIntegerField(_("handed out"))
    took = models.DurationField(_("took"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of Auto Assign")
        verbose_name_plural = _("rounds of Auto Assign")
        indexes = [
            models.Index(fields=["team", "-id"], name="round_of_team"),
            models.Index(fields=["at"], name="round_at"),
        ]

    def __str__(self) -> str:
        return f"{self.team} #{self.pk}"

    @classmethod
    def of(cls, team: Team, table: Table, deals: list[Deal], took: timedelta) -> "Round":
        """The row that keeps this table; not stored yet."""
        dealt = sum(each.teammate is not None for each in deals)
        return cls(team=team, open=table.open, members=[asdict(each) for each in table.members], dealt=dealt, took=took)

    @property
    def seats(self) -> tuple[Member, ...]:
        """The members as they stood before the round."""
        return tuple(Member(**each) for each in self.members)

    @property
    def hurdles(self) -> dict[int, str | None]:
        """Why each member could get nothing before the round began; None: could."""
        return {each.id: skipped(each, open=self.open) for each in self.seats}

    def adds_nothing_to(self, earlier: "Round | None") -> bool:
        """Nobody could get anything, for the same reasons as the last time."""
        return not self.dealt and earlier is not None and not earlier.dealt and self.hurdles == earlier.hurdles

    def table(self, *, up_to: int) -> Table:
        """What was on the table, with the conversations up to (and with) this place."""
        rows = self.decisions.filter(place__lte=up_to).order_by("place")
        waiting = tuple(Waiting(each.conversation_id, each.passed_over_id) for each in rows)
        return Table(open=self.open, members=self.seats, waiting=waiting)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def with_round(self) -> "DecisionQuerySet":
        return self.select_related("round__team")

    def of_round(self, round_id: int) -> "DecisionQuerySet":
        return self.filter(round=round_id)

    def newest_first(self) -> "DecisionQuerySet":
        return self.order_by("-pk")


class Decision(models.Model):
    """What a round decided about one conversation: who got it, or (None) that nobody could."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("round"))
    # In which order the conversations were handed out, from 1.
    place = models.PositiveIntegerField(_("place"))
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="decisions", verbose_name=_("conversation")
    )
    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("teammate"),
    )
    passed_over = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    priority = models.PositiveSmallIntegerField(_("priority"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of Auto Assign")
        verbose_name_plural = _("decisions of Auto Assign")
        constraints = [models.UniqueConstraint(fields=["round", "place"], name="one_decision_per_place")]
        indexes = [models.Index(fields=["conversation", "-id"], name="decision_of_conversation")]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.teammate or '–'}"

    @property
    def table(self) -> Table:
        """What was on the table, with this conversation as the last: one query."""
        return self.round.table(up_to=self.place)

    @classmethod
    def of(cls, round: Round, place: int, row: "Conversation", deal: Deal) -> "Decision":
        return cls(
            round=round,
            place=place,
            conversation=row,
            teammate_id=deal.teammate,
            passed_over_id=row.passed_over_id,
            priority=row.priority,
            waiting_since=row.waiting_since,
        )
