"""Whose a conversation is: the team's inbox it is in, the teammate or bot that has it, and what changes either."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.models.snoozed import Snoozed
from conversations.models.states import LIVE, Absence, State
from monty.errors import BadInput, Taken
from monty.fsm import Unchanged, verb
from teams.models import Team, Teammate


class Owned(Snoozed):
    """The half of a conversation that says whose it is (`Conversation` inherits it)."""

    # The other half's: whether somebody waits for an answer.
    waiting_since: datetime | None

    # Protected: deleting a team must not move its conversations without a verb.
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        editable=False,
        verbose_name=_("team"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        editable=False,
        verbose_name=_("assignee"),
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True, editable=False)
    # Given by Auto Assign, which expects an answer within the team's response time.
    auto_assigned = models.BooleanField(default=False, editable=False)
    # Had it and did not answer in time: Auto Assign gives it to somebody else.
    passed_over = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    # The name of the flow that has it; "": no bot does.
    bot = models.CharField(_("bot"), max_length=80, blank=True, default="", db_default="", editable=False)
    # The customer wrote where bots answer first: until one has decided (or died) nobody else is given it.
    bot_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A bot handed it over because its customer wants a person.
    asked_for_person = models.BooleanField(_("asked for a person"), default=False, db_default=False, editable=False)

    class Meta(Snoozed.Meta):
        abstract = True

    @property
    def assignee_is_ready(self) -> bool:
        return self.assignee is not None and self.assignee.is_at_work and self.assignee.is_ready

    def give(self, teammate: Teammate | None, *, auto: bool = False) -> None:
        """Whose it is from now on; None: nobody's. Whoever gets it is not to miss it: it wakes."""
        self.rouse()
        self.assignee = teammate
        self.assigned_at = timezone.now() if teammate else None
        self.auto_assigned = auto
        self.passed_over = None
        self.bot, self.bot_asked_at = "", None

    @verb(source=LIVE, target=State.ASSIGNED, name="assign")
    def assign_to(
        self, teammate: Teammate, *, by: Teammate | None, team: Team | None = None, why: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Put it into a teammate's inbox, also when they are away. Raises BadInput.

        `team`: the team they were chosen in, if it is to become the conversation's; they must be in it.
        """
        if not teammate.is_active:
            raise BadInput(_t("%(name)s no longer works here.") % {"name": teammate}, field="teammate")
        if not teammate.answers:
            raise BadInput(_t("%(name)s does not answer customers.") % {"name": teammate}, field="teammate")
        if team is not None and not team.memberships.filter(teammate=teammate).exists():
            facts = {"name": teammate, "team": team}
            raise BadInput(_t("%(name)s is not in the team %(team)s.") % facts, field="teammate")
        if self.state == State.ASSIGNED and self.assignee_id == teammate.pk and team in (None, self.team):
            raise Unchanged
        self.team = team or self.team
        self.give(teammate, auto=why is not None)
        return {"why": why} if why else {}

    @verb(source=LIVE, target=State.ASSIGNED, by_hand=False)
    def pick_up(self, *, by: Teammate) -> None:
        """Take what nobody has. Raises Taken, which names whoever was faster."""
        if self.assignee_id == by.pk:
            raise Unchanged
        if self.assignee is not None:
            raise Taken(_t("%(name)s has this conversation.") % {"name": self.assignee}, assignee=self.assignee_id)
        self.give(by)

    @verb(source=LIVE, target=State.OPEN)
    def hand_to(self, team: Team, *, by: Teammate | None) -> None:
        """Put it into a team's inbox; nobody has it until somebody takes it or Auto Assign gives it."""
        if self.state == State.OPEN and self.team_id == team.pk and not self.bot:
            raise Unchanged
        self.team = team
        self.give(None)

    @verb(source=[State.ASSIGNED, State.REOPENED], target=State.OPEN)
    def unassign(self, *, by: Teammate | None) -> None:
        """Back to the team's inbox, or to nobody's."""
        self.give(None)

    @verb(source=[State.ASSIGNED, State.REOPENED], target=State.OPEN, by_hand=False)
    def take_back(self, because: Absence, *, by: None, given_at: datetime) -> dict[str, Any]:
        """Back to the team's inbox, while the customer waits: its teammate is gone or did not answer in time.

        `given_at` says which assignment is meant: another one since, or an answer, makes it void.
        """
        waits = self.waiting_since is not None and self.snoozed_at is None
        if self.assignee is None or not waits or self.assigned_at != given_at:
            raise Unchanged
        passed_over = self.assignee if because == Absence.SILENT else None
        self.give(None)
        self.passed_over = passed_over
        return {"because": because}
