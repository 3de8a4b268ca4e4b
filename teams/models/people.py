"""Teammates (the user model), teams, and who is in which."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.notices import About, Choice, Way
from teams.models.personal import Personal
from teams.models.presence import CONNECTED_FOR, Availability, Presence, PresenceChange
from teams.models.rights import Inbox, Rights
from teams.models.schedule import Schedule


def any_email(emails: Iterable[str]) -> Q:
    """Rows whose `email` is one of these (at least one), in capitals or not."""
    return reduce(or_, (Q(email__iexact=each) for each in emails))


class TeammateQuerySet(models.QuerySet["Teammate"]):
    def at_work(self) -> "TeammateQuerySet":
        """Accounts that may be given conversations at all, away or not."""
        return self.filter(is_active=True, inbox=Inbox.ANSWERS)

    def ready(self) -> "TeammateQuerySet":
        """Active (green dot) and connected: may be given new conversations."""
        since = timezone.now() - CONNECTED_FOR
        return self.at_work().filter(availability=Availability.ACTIVE, last_seen_at__gt=since)

    def vanished(self) -> "TeammateQuerySet":
        """Announced as connected, but no heartbeat for longer than a connection may be silent."""
        return self.filter(connected=True).exclude(last_seen_at__gt=timezone.now() - CONNECTED_FOR)

    def with_chooser(self) -> "TeammateQuerySet":
        """With `chosen_by`, the id of whoever made the last choice of active or away (None: nobody ever did)."""
        choices = PresenceChange.objects.filter(teammate=models.OuterRef("pk"), what__in=Availability.values)
        return self.annotate(chosen_by=models.Subquery(choices.order_by("-pk").values("by")[:1]))

    def colleagues_of(self, person: "Teammate") -> "TeammateQuerySet":
        """Those who share a team with somebody; everybody else, for whoever oversees."""
        others = self.at_work().exclude(pk=person.pk)
        if person.oversees:
            return others
        teams = Membership.objects.filter(teammate=person).values("team")
        return others.filter(models.Exists(Membership.objects.filter(teammate=models.OuterRef("pk"), team__in=teams)))

    def who_want(self, about: About, way: Way) -> "TeammateQuerySet":
        """Who has chosen to be told of this so; for what nobody is told of unless they choose it."""
        chosen = Choice.objects.filter(teammate=models.OuterRef("pk"), about=about, way=way, on=True)
        return self.filter(models.Exists(chosen))

    def of_emails(self, emails: Iterable[str]) -> "TeammateQuerySet":
        return self.filter(any_email(emails))

    def in_team(self, team_id: int) -> "TeammateQuerySet":
        return self.filter(memberships__team=team_id)

    def by_name(self) -> "TeammateQuerySet":
        return self.order_by("first_name", "last_name", "pk")


class TeammateManager(UserManager.from_queryset(TeammateQuerySet)):  # type: ignore[misc]
    """Django's user manager (create_user, …) with the teammates' questions."""


class Teammate(Personal, Presence, Rights, AbstractUser):
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
        permissions = [
            ("oversee", _("Can see the conversations of every team")),
            ("give_role", _("Can give roles, as far as their own reaches")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(availability__in=Availability.values), name="teammate_availability_known"
            ),
            models.CheckConstraint(condition=Q(inbox__in=Inbox.values), name="teammate_inbox_known"),
            models.CheckConstraint(
                condition=Q(availability=Availability.AWAY) | Q(away_reason="", back_at=None),
                name="active_teammate_is_not_away",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_begin_and_end",
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
    def is_at_work(self) -> bool:
        """As `at_work`, of the row as it was read."""
        return self.is_active and self.answers

    @property
    def oversees(self) -> bool:
        """Reaches every team: by the permission `teams.oversee` (superusers have it), unless held to their own."""
        return not self.own_teams_only and self.has_perm("teams.oversee")

    @property
    def role(self) -> str:
        """The name of their role, or several if somebody arranged it so; "" for none."""
        return ", ".join(group.name for group in self.groups.all())


class TeamQuerySet(models.QuerySet["Team"]):
    def with_members(self) -> "TeamQuerySet":
        """With everybody who may be given conversations, by name, in one query more."""
        members = Membership.objects.filter(teammate__in=Teammate.objects.at_work()).select_related("teammate")
        in_order = members.order_by("teammate__first_name", "teammate__last_name", "teammate")
        return self.prefetch_related(models.Prefetch("memberships", in_order))

    def within_reach(self, person: Teammate) -> "TeamQuerySet":
        """For which somebody's role counts: all, or those that they are in."""
        own = Membership.objects.filter(teammate=person).values("team")
        return self.all() if person.oversees else self.filter(pk__in=own)

    def led_by(self, teammate: Teammate) -> "TeamQuerySet":
        return self.filter(memberships__teammate=teammate, memberships__role=Membership.Role.LEAD)

    def shareable_by(self, teammate: Teammate) -> "TeamQuerySet":
        """For which somebody may arrange things: their leads, and whoever oversees."""
        return self.all() if teammate.oversees else self.led_by(teammate)

    def locked(self, team_id: int) -> "Team | None":
        """The team with its hours, locked until the transaction ends: one drain of its inbox at a time."""
        return self.select_for_update(of=("self",), no_key=True).with_hours().filter(pk=team_id).first()

    def that_take_back(self) -> "TeamQuerySet":
        """Those in which a customer does not wait for ever for somebody who has left or does not answer."""
        never = Q(return_after_away=None, return_after_vanished=None, response_time=None)
        return self.exclude(never)

    def deserted(self) -> "TeamQuerySet":
        """Those that want somebody to be told by mail when nobody is there, and in which nobody is."""
        there = Teammate.objects.ready().filter(memberships__team=models.OuterRef("pk"))
        return self.filter(~models.Exists(there), digest_after__isnull=False)

    def with_hours(self) -> "TeamQuerySet":
        """With everything that `is_open` reads, in two queries more."""
        return self.select_related("schedule").prefetch_related("schedule__openings", "schedule__holidays")


POSITIVE = ("response_time", "return_after_away", "return_after_vanished", "digest_after")


def positive(field: str) -> models.CheckConstraint:
    """A duration is longer than nothing, or there is none."""
    condition = Q((field, None)) | Q((f"{field}__gt", timedelta(0)))
    return models.CheckConstraint(condition=condition, name=f"team_{field}_positive")


class Team(models.Model):
    """People who share an inbox."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    auto_assign = models.BooleanField(
        _("Auto Assign Conversations"),
        default=False,
        help_text=_("Hand waiting conversations to members who are ready, to the least loaded first."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        help_text=_(
            "How many live conversations of this team one member may have at most, unless their membership says "
            "otherwise. Empty: only the teammate's own capacity counts."
        ),
    )
    schedule = models.ForeignKey(
        Schedule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name=_("schedule"),
        help_text=_("Outside its hours nobody is given conversations of this team. Empty: always open."),
    )
    away_message = models.TextField(
        _("away message"),
        max_length=1000,
        blank=True,
        help_text=_("Sent once to a customer who writes outside the hours. Empty: nothing is sent."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("In which Monty writes to the team's customers by itself. Empty: the installation's own."),
    )
    response_time = models.DurationField(
        _("response time"),
        null=True,
        blank=True,
        help_text=_(
            "What Auto Assign gave somebody and they do not answer within this time is given to somebody else. "
            "Empty: it stays with them."
        ),
    )
    return_after_away = models.DurationField(
        _("return after going away"),
        null=True,
        blank=True,
        help_text=_(
            "When a teammate has been away for this long, their conversations in which a customer waits go back to "
            "the team. Empty: they stay."
        ),
    )
    return_after_vanished = models.DurationField(
        _("return after vanishing"),
        null=True,
        blank=True,
        default=timedelta(minutes=5),
        help_text=_(
            "The same for a teammate whose browser is no longer connected: laptop closed, line cut. Empty: they stay."
        ),
    )
    label_required = models.BooleanField(
        _("label before closing"),
        default=False,
        help_text=_("Its conversations can be closed only when somebody has put a label on them."),
    )
    digest_after = models.DurationField(
        _("mail after"),
        null=True,
        blank=True,
        help_text=_(
            "When a customer has waited for this long and no member is active, the members who chose it get one "
            "e-mail with what waits. Empty: no mail."
        ),
    )
    digest_with_text = models.BooleanField(
        _("mail with text"),
        default=False,
        help_text=_("The mail quotes the last line of each conversation. Off: names, channels and times only."),
    )
    members: models.ManyToManyField = models.ManyToManyField(
        Teammate, through="Membership", related_name="teams", verbose_name=_("members")
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [positive(field) for field in POSITIVE]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: datetime) -> bool:
        """Within its schedule's hours; always, if it keeps none."""
        return self.schedule is None or self.schedule.is_open(now)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def locked_with_teammates(self, team: Team) -> "MembershipQuerySet":
        """The team's members in the order of their ids, their teammates' rows locked until the transaction ends."""
        rows = self.filter(team=team).select_related("teammate", "team").order_by("teammate")
        return rows.select_for_update(of=("teammate",), no_key=True)


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
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        help_text=_("How many live conversations of this team they may have at most. Empty: as the team says."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["team", "teammate"], name="one_membership_per_team"),
        ]

    def __str__(self) -> str:
        return f"{self.teammate} ({self.team})"

    @property
    def limit(self) -> int | None:
        """How many live conversations of this team they may have: their own number, else the team's, else no limit."""
        return self.team.capacity if self.capacity is None else self.capacity
