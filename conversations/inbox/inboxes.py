"""The left pane: which inboxes a person has, what is in each, and how much."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels_app.models import Channel
from conversations.balancer import why
from conversations.balancer.assignment import standing
from conversations.inbox.narrowing import narrowed
from conversations.models import Conversation, SavedView, Sort, State
from conversations.models.conversation_queries import ConversationQuerySet
from monty.counting import Counted
from teams.models import Team, Teammate

# More teams or colleagues than this are found by the filters.
MOST = 60


@dataclass(frozen=True, slots=True)
class Inbox:
    """One line of the left pane. `empty` says what to do when nothing is in it; `team`: whose inbox it is, if it is.

    `sort`: its order, unless another is asked for. `counted`: how much is in it stands beside it (`there`: known
    already). `saved`: somebody made it, by wishes on the inbox `base`.
    """

    key: str
    name: str
    icon: str
    empty: str
    rows: Callable[[ConversationQuerySet], ConversationQuerySet]
    team: Team | None = None
    sort: Sort = Sort.NEWEST
    counted: bool = True
    there: int | None = None
    base: str = ""
    saved: SavedView | None = None


def personal(person: Teammate) -> list[Inbox]:
    return [
        Inbox(
            "mine",
            _("Mine"),
            "user-round",
            _("Nothing is waiting for you. Take one from “Unassigned”."),
            lambda rows: rows.of_teammate(person),
        ),
        Inbox(
            "unassigned",
            _("Unassigned"),
            "user-round-x",
            _("Every conversation is in good hands. New ones appear here by themselves."),
            lambda rows: rows.unassigned(),
        ),
        Inbox(
            "bot",
            _("Bot"),
            "bot",
            _("No bot is talking to anybody. Conversations that a flow has appear here."),
            lambda rows: rows.with_bot(),
        ),
        Inbox(
            "mentions",
            _("Mentions"),
            "at-sign",
            _("Conversations in which a colleague mentions you in a note appear here."),
            lambda rows: rows.that_call(person),
        ),
        Inbox(
            "expiring",
            _("Expiring soon"),
            "timer",
            _("Nothing is urgent: no time to answer ends soon."),
            lambda rows: rows.expiring(),
            sort=Sort.WINDOW,
        ),
        Inbox(
            "snoozed",
            _("Snoozed"),
            "alarm-clock",
            _("Nothing is put off. What you snooze sleeps here until its time comes or the customer writes."),
            lambda rows: rows.snoozed(),
        ),
    ]


def of_team(team: Team) -> Inbox:
    empty = _("The inbox of %(team)s is empty. New conversations appear here by themselves.") % {"team": team.name}
    return Inbox(f"team-{team.pk}", team.name, "users-round", empty, lambda rows: rows.of_team(team.pk), team=team)


def of_colleagues(person: Teammate, visible: ConversationQuerySet) -> list[Inbox]:
    """What each of the others has: those of my teams, or, for whoever oversees, everybody.

    Each with its counter: the list of colleagues and the numbers are one query.
    """
    there = Counted(visible.of_teammate(OuterRef("pk")))
    colleagues = Teammate.objects.colleagues_of(person).by_name().annotate(there=there)
    return [of_colleague(each, each.there) for each in colleagues[:MOST]]


def of_colleague(colleague: Teammate, there: int) -> Inbox:
    empty = _("%(name)s has nothing to do that you can see.") % {"name": colleague}
    key = f"teammate-{colleague.pk}"
    return Inbox(key, colleague.name, "user-round", empty, lambda rows: rows.of_teammate(colleague), there=there)


def saved(person: Teammate, others: Iterable[Inbox]) -> list[Inbox]:
    """Views that people made. One that narrows down an inbox which this person does not have is left out."""
    bases = {each.key: each for each in others}
    views = SavedView.objects.shown_to(person)
    return [of_saved(view, bases[view.base]) for view in views if view.base in bases]


def of_saved(view: SavedView, base: Inbox) -> Inbox:
    sort = Sort(view.wishes.get("sort", Sort.NEWEST))
    empty = _("Nothing is as this view wants it.")

    def rows(all_of: ConversationQuerySet) -> ConversationQuerySet:
        found = narrowed(base.rows(all_of), view.wishes)
        return found if sort == Sort.NEWEST else found.live()

    # Who has written something is no number that could be kept beside a name.
    counted = "q" not in view.wishes
    return Inbox(f"saved-{view.pk}", view.name, "bookmark", empty, rows, counted=counted, base=base.key, saved=view)


def shelves() -> list[Inbox]:
    """Where everything is, and what has ended."""
    return [
        Inbox(
            "all",
            _("All"),
            "layers",
            _("Conversations appear here as soon as a customer writes."),
            lambda rows: rows,
            counted=False,
        ),
        Inbox(
            "closed",
            _("Closed"),
            "circle-check",
            _("What you close goes here, and can be reopened for a while."),
            lambda rows: rows.ended(State.CLOSED),
            counted=False,
        ),
        Inbox(
            "dropped",
            _("Dropped"),
            "wind",
            _("Conversations whose customer went silent go here when you drop them."),
            lambda rows: rows.ended(State.DROPPED),
            counted=False,
        ),
    ]


def alert(inbox: Inbox) -> str:
    """Why Auto Assign hands nothing out while something waits in this team's inbox; "" if all is well."""
    if inbox.team is None or not inbox.team.auto_assign:
        return ""
    rows = Conversation.objects.in_turn(inbox.team.pk)[:1]
    if not rows:
        return ""
    team = Team.objects.with_hours().get(pk=inbox.team.pk)
    return why.nobody(standing(team, rows), opens=opens(team, timezone.now()))


def opens(team: Team, now: datetime) -> str:
    """When the team's hours begin again, by the reader's clock: “09:00” (today), “Monday 09:00”; "" if never."""
    moment = team.schedule.opens_next(now) if team.schedule else None
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    days = (local.date() - today).days
    return date_format(local, "H:i" if not days else "l H:i" if days < 7 else "l, j F, H:i")


@dataclass(frozen=True, slots=True)
class LeftPane:
    """All inboxes that a person has, and all that they may see."""

    person: Teammate
    visible: ConversationQuerySet
    groups: list[list[Inbox]]
    colleagues: list[Inbox]

    @classmethod
    def of(cls, person: Teammate) -> "LeftPane":
        teams = list(Team.objects.all()[:MOST] if person.oversees else person.teams.all())
        visible = Conversation.objects.visible_to(person, teams=teams)
        fixed = [personal(person), [of_team(team) for team in teams[:MOST]], shelves()]
        colleagues = of_colleagues(person, visible)
        others = [inbox for group in [*fixed, colleagues] for inbox in group]
        return cls(person, visible, [*fixed, saved(person, others)], colleagues)

    @property
    def inboxes(self) -> list[Inbox]:
        return [inbox for group in [*self.groups, self.colleagues] for inbox in group]

    def counts(self) -> dict[str, int]:
        """By key how much is in each, in one query.

        Also under "unread" how many of one's own have something new, under "cut_off" how many channels send nothing.
        """
        views: dict[str, QuerySet] = {
            each.key: each.rows(self.visible) for each in self.inboxes if each.counted and each.there is None
        }
        views["unread"] = self.visible.of_teammate(self.person).unread()
        # What was looked at stays in the inbox and is counted no more.
        views["mentions"] = self.visible.that_call_anew(self.person)
        views["cut_off"] = Channel.objects.cut_off()
        # No names of ours in SQL: a key may have a hyphen.
        numbered = {f"view{number}": Counted(rows) for number, rows in enumerate(views.values())}
        found = Teammate.objects.filter(pk=self.person.pk).annotate(**numbered).values_list(*numbered).get()
        known = {each.key: each.there for each in self.inboxes if each.there is not None}
        return known | dict(zip(views, found, strict=True))
