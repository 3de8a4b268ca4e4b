"""The inbox's questions, in its own words. Start from the person: `Conversation.objects.visible_to(ana)`."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from conversations.models.states import ENDED, LIVE, State
from teams.models import Membership, Teammate

if TYPE_CHECKING:
    from conversations.models.contact import Identity
    from conversations.models.conversation import Conversation

UNASSIGNED = Q(state__in=LIVE, assignee__isnull=True)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, teammate: Teammate) -> "ConversationQuerySet":
        """The one rule of who may see what: your teams' conversations, your own, and what waits in no team's inbox.

        Whoever oversees sees all. Page, API, files and counters all ask here; the socket's groups mirror it.
        """
        if teammate.oversees:
            return self.all()
        teams = Membership.objects.filter(teammate=teammate).values("team")
        return self.filter(Q(team__in=teams) | Q(assignee=teammate) | Q(team__isnull=True, assignee__isnull=True))

    def live(self) -> "ConversationQuerySet":
        return self.filter(state__in=LIVE)

    def ended(self, state: State) -> "ConversationQuerySet":
        # Both conditions: the first is the partial index's own, the second picks the state.
        return self.filter(state__in=ENDED).filter(state=state)

    def of_teammate(self, teammate: Teammate) -> "ConversationQuerySet":
        return self.live().filter(assignee=teammate)

    def unassigned(self) -> "ConversationQuerySet":
        return self.filter(UNASSIGNED)

    def of_team(self, team_id: int) -> "ConversationQuerySet":
        return self.live().filter(team=team_id)

    def waiting_in(self, team_id: int) -> "ConversationQuerySet":
        """In the team's inbox with nobody's name on it, in the order in which it should be handed out."""
        rows = self.unassigned().filter(team=team_id)
        return rows.order_by("-priority", F("waiting_since").asc(nulls_last=True), "pk")

    def latest_of(self, identity: "Identity") -> "Conversation | None":
        """The person's latest conversation, locked until the transaction ends."""
        rows = self.model.for_change().filter(identity=identity)
        return rows.order_by("-pk").first()

    def windows_ended(self) -> "ConversationQuerySet":
        """Windows that have passed without being announced, oldest first."""
        return self.filter(window_shut=False, window_until__lte=timezone.now()).order_by("window_until")

    def newest_first(self) -> "ConversationQuerySet":
        return self.order_by("-last_message_at", "-pk")

    def older_than(self, at: datetime, pk: int) -> "ConversationQuerySet":
        """What follows the row with this key in `newest_first` order."""
        # The first condition lets the database start reading its index at the key.
        return self.filter(last_message_at__lte=at).exclude(last_message_at=at, pk__gte=pk)

    def for_list(self) -> "ConversationQuerySet":
        """With everything a row of the list shows."""
        return self.select_related("identity__contact", "channel", "assignee", "team")

    def counts(self, teammate: Teammate, team_ids: list[int]) -> dict[str, int]:
        """How many live conversations each view holds, in one query over the live ones."""
        views = {f"team-{team_id}": Q(team=team_id) for team_id in team_ids}
        views |= {"mine": Q(assignee=teammate), "unassigned": Q(assignee__isnull=True)}
        named = {name.replace("-", "_"): Count("pk", filter=condition) for name, condition in views.items()}
        return {name.replace("_", "-"): number for name, number in self.live().aggregate(**named).items()}

    def load_of(self, teammates: list[int]) -> dict[int, int]:
        """How many live conversations each of these teammates has, over all teams."""
        rows = self.live().filter(assignee__in=teammates).values_list("assignee").annotate(Count("pk")).order_by()
        return dict.fromkeys(teammates, 0) | dict(rows)
