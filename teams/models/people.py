"""Teammates (the user model), teams, and who is in which."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.presence import CONNECTED_FOR, Availability, Presence


class TeammateQuerySet(models.QuerySet["Teammate"]):
    def at_work(self) -> "TeammateQuerySet":
        """Accounts that may be given conversations at all, away or not."""
        return self.filter(is_active=True)

    def ready(self) -> "TeammateQuerySet":
        """Active (green dot) and connected: may be given new conversations."""
        since = timezone.now() - CONNECTED_FOR
        return self.at_work().filter(availability=Availability.ACTIVE, last_seen_at__gt=since)

    def vanished(self) -> "TeammateQuerySet":
        """Announced as connected, but no heartbeat for longer than a connection may be silent."""
        return self.filter(connected=True).exclude(last_seen_at__gt=timezone.now() - CONNECTED_FOR)

    def in_team(self, team_id: int) -> "TeammateQuerySet":
        return self.filter(memberships__team=team_id)

    def by_name(self) -> "TeammateQuerySet":
        return self.order_by("first_name", "last_name", "pk")


class TeammateManager(UserManager.from_queryset(TeammateQuerySet)):  # type: ignore[misc]
    """Django's user manager (create_user, …) with the teammates' questions."""


class Teammate(Presence, AbstractUser):
    """Somebody who works in Monty: agent, supervisor or administrator."""

    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        default=10,
        help_text=_(
            "How many live conversations Auto Assign may give this teammate, over all teams. 0: takes none by itself."
        ),
    )
    last_assigned_at = models.DateTimeField(_("last assigned"), null=True, blank=True, editable=False)

    objects: ClassVar[TeammateManager] = TeammateManager()

    class Meta:
        verbose_name = _("teammate")
        verbose_name_plural = _("teammates")
        permissions = [("oversee", _("Can see the conversations of every team"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(availability__in=Availability.values), name="teammate_availability_known"
            ),
        ]
        indexes = [
            models.Index(fields=["last_seen_at"], condition=Q(connected=True), name="teammate_connected"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def oversees(self) -> bool:
        """Sees every team's conversations: by the permission `teams.oversee` (superusers have it)."""
        return self.has_perm("teams.oversee")


class TeamQuerySet(models.QuerySet["Team"]):
    def with_members(self) -> "TeamQuerySet":
        """With everybody who may be given conversations, by name, in one query more."""
        members = Membership.objects.filter(teammate__is_active=True).select_related("teammate")
        in_order = members.order_by("teammate__first_name", "teammate__last_name", "teammate")
        return self.prefetch_related(models.Prefetch("memberships", in_order))


class Team(models.Model):
    """People who share an inbox."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    auto_assign = models.BooleanField(
        _("Auto Assign Conversations"),
        default=False,
        help_text=_("Hand waiting conversations to members who are ready, to the least loaded first."),
    )
    members: models.ManyToManyField = models.ManyToManyField(
        Teammate, through="Membership", related_name="teams", verbose_name=_("members")
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One teammate's place in one team."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        MEMBER = "member", _("Member")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team"))
    teammate = models.ForeignKey(
        Teammate, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("teammate")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["team", "teammate"], name="one_membership_per_team"),
        ]

    def __str__(self) -> str:
        return f"{self.teammate} ({self.team})"
