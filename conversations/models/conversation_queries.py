"""The inbox's questions, in its own words. Start from the person: `Conversation.objects.visible_to(ana)`."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from channels_app.models import Channel
from conversations import window
from conversations.balancer.load import weight
from conversations.models.contact import Identity
from conversations.models.draft import Draft
from conversations.models.mention import Mention
from conversations.models.message import Message
from conversations.models.sorting import Sort
from conversations.models.states import ENDED, LIVE, State
from conversations.rules import EXPIRING_SOON
from conversations.words import Words
from teams.models import Availability, Membership, Team, Teammate
from teams.models.presence import CONNECTED_FOR

if TYPE_CHECKING:
    from conversations.models.contact import Contact
    from conversations.models.conversation import Conversation

AWAKE = Q(snoozed_at__isnull=True)
WITHOUT_BOT = Q(bot="")
# And was not brought along from another program.
BEGUN_HERE = Q(import_key="")
UNASSIGNED = Q(state__in=LIVE, assignee__isnull=True) & AWAKE & WITHOUT_BOT
# A bot that has not decided by then has died.
BOT_ASKED_FOR = timedelta(seconds=10)
# In which order what waits is handed out; NULL comes last.
IN_TURN = ("-priority", F("waiting_since").asc(nulls_last=True), "pk")

# What a floor above finds conversations by: their ids, for the words that are looked for.
FOUND_BY: list[Callable[[Words], models.QuerySet]] = []


def expiring_soon() -> Q:
    # `window_shut` names the index that finds them, which reads no further than the windows of the next hour.
    now = timezone.now()
    return Q(state__in=LIVE, window_shut=False, window_until__gt=now, window_until__lte=now + EXPIRING_SOON())


def left_to_people() -> Q:
    """No bot is just being asked whether it wants it."""
    return Q(bot_asked_at=None) | Q(bot_asked_at__lt=timezone.now() - BOT_ASKED_FOR)


def unseen_by(teammate: Teammate) -> Exists:
    """A note of the conversation calls this teammate, who has not looked yet."""
    return Exists(Mention.objects.of(teammate).unseen().filter(conversation=OuterRef("pk")))


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, teammate: Teammate, *, teams: Iterable[Team] | None = None) -> "ConversationQuerySet":
        """The one rule of who may see what: your teams' conversations, your own, and what waits in no team's inbox.

        Whoever oversees sees all, whoever stays out of the inbox nothing. Page, API, files and counters all ask here;
        the socket's groups mirror it. `teams`: all of theirs, if they were read already: by their ids the database
        foresees how few rows these may be, and looks for them instead of going through everybody's.
        """
        if teammate.stays_out:
            return self.none()
        if teammate.oversees:
            return self.all()
        own = Membership.objects.filter(teammate=teammate).values("team") if teams is None else [*teams]
        return self.filter(Q(team__in=own) | Q(assignee=teammate) | Q(team__isnull=True, assignee__isnull=True))

    def live(self) -> "ConversationQuerySet":
        return self.filter(state__in=LIVE)

    def begun_here(self) -> "ConversationQuerySet":
        """Without what was brought along from another program."""
        return self.filter(BEGUN_HERE)

    def ended(self, state: State) -> "ConversationQuerySet":
        # Both conditions: the first is the partial index's own, the second picks the state.
        return self.filter(state__in=ENDED).filter(state=state)

    def of_teammate(self, teammate: Teammate | OuterRef) -> "ConversationQuerySet":
        return self.live().filter(AWAKE, assignee=teammate)

    def unassigned(self) -> "ConversationQuerySet":
        return self.filter(UNASSIGNED)

    def snoozed(self, sleep: bool = True) -> "ConversationQuerySet":
        """Those that were put off, or else those that are awake."""
        return self.filter(snoozed_at__isnull=not sleep)

    def to_wake(self) -> "ConversationQuerySet":
        """Those whose time has come, the earliest first."""
        return self.snoozed().filter(snoozed_until__lte=timezone.now()).order_by("snoozed_until")

    def of_team(self, team_id: int | OuterRef) -> "ConversationQuerySet":
        return self.live().filter(AWAKE, WITHOUT_BOT, team=team_id)

    def with_bot(self) -> "ConversationQuerySet":
        """Those that a bot has now; what it asks after the end is nobody's business."""
        return self.live().exclude(bot="")

    def asking_bots(self, since: timedelta = timedelta(0)) -> "ConversationQuerySet":
        """Those of which no bot has decided yet whether it wants them, for so long."""
        return self.filter(bot_asked_at__lte=timezone.now() - since).order_by("bot_asked_at")

    def current_of(self, identities: "Iterable[Identity]") -> "dict[int, Conversation]":
        """Each person's live conversation, else their latest, by their identity's id; locked.

        What was brought along is older than all of Monty's own, whenever that was done.
        In the order of their ids: whoever else locks several does the same, so that nothing waits in a circle.
        """
        numbers = {identity.pk for identity in identities}
        current = Coalesce(Max("pk", filter=Q(state__in=LIVE)), Max("pk", filter=BEGUN_HERE), Max("pk"))
        of_each = self.filter(identity__in=numbers).order_by().values("identity").annotate(current=current)
        rows = self.model.for_change().filter(pk__in=of_each.values("current")).order_by("pk")
        return {row.identity_id: row for row in rows}

    def live_of(self, identities: "Iterable[Identity]") -> models.QuerySet["Conversation"]:
        """The live conversations of these people, locked, in the order of their ids."""
        return self.model.for_change().filter(identity__in=identities, state__in=LIVE).order_by("pk")

    def to_tell_of(self, identities: "Iterable[int]", number: int) -> models.QuerySet["Conversation"]:
        """What is live of these identities, and this one besides; locked, in the order of their ids."""
        either = Q(identity__in=[*identities], state__in=LIVE) | Q(pk=number)
        return self.model.for_change().filter(either).order_by("pk")

    def newest_of(self, identity: "Identity") -> "Conversation | None":
        """The person's latest conversation in Monty, for showing."""
        theirs = self.begun_here().filter(identity=identity)
        return theirs.select_related("team__schedule", "assignee").order_by("-pk").first()

    def having(self, words: Words) -> "list[ConversationQuerySet]":
        """Where somebody wrote these words, where they are in the customer's name or address, and FOUND_BY: lists.

        To be read together (`keyset.read`): each is found by indexes of its own.
        """
        said = Message.objects.having(words).values("conversation")
        by_people = self.filter(identity__in=Identity.objects.named(words))
        return [self.filter(pk__in=said), by_people, *(self.filter(pk__in=found(words)) for found in FOUND_BY)]

    def awake(self) -> "ConversationQuerySet":
        """Without what was put off and what a bot has."""
        return self.filter(AWAKE, WITHOUT_BOT)

    def waiting(self, wait: bool = True) -> "ConversationQuerySet":
        """Those whose customer waits for an answer, or else those whose customer does not."""
        return self.filter(waiting_since__isnull=not wait)

    def overlong_in(self, teams: models.QuerySet[Team]) -> "ConversationQuerySet":
        """In these teams, those whose customer has waited for as long as the team allows before it sends mail."""
        latest = ExpressionWrapper(Value(timezone.now()) - F("team__digest_after"), models.DateTimeField())
        return self.live().filter(AWAKE, team__in=teams, waiting_since__lte=latest)

    def standing(self) -> dict[str, Any]:
        """How many are live, how many of these wait for a person, and since when the longest does: in one query."""
        waits = AWAKE & WITHOUT_BOT & Q(waiting_since__isnull=False)
        waiting, longest = Count("pk", filter=waits), Min("waiting_since", filter=waits)
        return self.live().aggregate(live=Count("pk"), waiting=waiting, longest=longest)

    def of_contact(self, contact: "Contact") -> "ConversationQuerySet":
        return self.filter(identity__contact=contact)

    def to_forget(self, before: datetime) -> "ConversationQuerySet":
        """Those that ended and in which nothing was said since then, the oldest first."""
        gone = self.filter(state__in=ENDED, forgotten_at=None, last_message_at__lt=before)
        return gone.order_by("last_message_at", "pk")

    def windows_ended(self) -> "ConversationQuerySet":
        """Windows that have passed without being announced, oldest first."""
        return self.filter(window_shut=False, window_until__lte=timezone.now()).order_by("window_until")

    def expiring(self, expire: bool = True) -> "ConversationQuerySet":
        """Live ones whose window ends soon, or else all the others. `Conversation.expires_soon` says it of one."""
        return self.filter(expiring_soon()) if expire else self.exclude(expiring_soon())

    def to_warn_of_window(self) -> "ConversationQuerySet":
        """Those that expire soon without anybody having been told, the most urgent first."""
        return self.expiring().filter(window_warned=False).order_by("window_until")

    def recount_windows(self, channel: Channel) -> None:
        """After the channel's window was made longer or shorter: when those of its conversations end now."""
        mine, until = self.filter(channel=channel), F("inquiry_at") + window.length(channel)
        mine.filter(inquiry_at__isnull=False).exclude(window_until=until).update(window_until=until)
        now = timezone.now()
        mine.filter(window_shut=True, window_until__gt=now).update(window_shut=False)
        mine.filter(window_warned=True, window_until__gt=now + EXPIRING_SOON()).update(window_warned=False)

    def that_call(self, teammate: Teammate) -> "ConversationQuerySet":
        """Those with a note that mentions somebody, ended ones too."""
        return self.filter(pk__in=Mention.objects.of(teammate).values("conversation"))

    def as_known_to(self, teammate: Teammate) -> "ConversationQuerySet":
        """With `has_draft` (they have begun to write there) and `calls` (a note mentions them, not looked at yet)."""
        drafts = Draft.objects.written().filter(conversation=OuterRef("pk"), teammate=teammate)
        return self.annotate(has_draft=Exists(drafts), calls=unseen_by(teammate))

    def that_call_anew(self, teammate: Teammate) -> "ConversationQuerySet":
        """Where a note mentions them that they have not looked at yet."""
        return self.filter(unseen_by(teammate))

    def newest_first(self) -> "ConversationQuerySet":
        return self.order_by("-last_message_at", "-pk")

    def longest_waiting_first(self) -> "ConversationQuerySet":
        """Those whose customer does not wait come last."""
        return self.order_by(F("waiting_since").asc(nulls_last=True), "pk")

    def in_order(self, sort: Sort, *, backwards: bool = False) -> "ConversationQuerySet":
        """Sorted, each with the time by which it is (`sorted_at`). All orders but the newest list what is live."""
        rows = self if sort == Sort.NEWEST else self.live()
        sign = "-" if sort.falls != backwards else ""
        return rows.annotate(sorted_at=sort.key).order_by(f"{sign}sorted_at", f"{sign}pk")

    def beyond(self, sort: Sort, at: datetime, pk: int, *, backwards: bool = False) -> "ConversationQuerySet":
        """What follows the row with this key `in_order`."""
        smaller = "lt" if sort.falls != backwards else "gt"
        # The first condition lets the database start reading its index at the key.
        rows = self.filter(**{f"sorted_at__{smaller}e": at})
        return rows.filter(Q(**{f"sorted_at__{smaller}": at}) | Q(**{f"pk__{smaller}": pk}))

    def for_list(self) -> "ConversationQuerySet":
        """With everything a row of the list shows."""
        return self.select_related("identity__contact", "channel", "assignee", "team").prefetch_related("labels")

    def for_rest(self) -> "ConversationQuerySet":
        """With everything REST shows of them."""
        return self.select_related("channel", "identity").prefetch_related("labels")

    def labelled(self, name: str) -> "ConversationQuerySet":
        """Those that have the label of this name."""
        return self.filter(labels__name=name)

    def unread(self, new: bool = True) -> "ConversationQuerySet":
        """Those in which the customer wrote something that nobody has read, or else those without."""
        return self.filter(unread__gt=0) if new else self.filter(unread=0)

    def loads_of(self, teammates: Iterable[int]) -> dict[int, dict[int | None, int]]:
        """What each of these teammates carries in each team, in hundredths (`balancer.load`): one query."""
        mine = self.live().filter(assignee__in=teammates).values_list("assignee", "team").order_by()
        loads: dict[int, dict[int | None, int]] = {number: {} for number in teammates}
        for assignee, team, load in mine.annotate(load=weight()):
            loads[assignee][team] = load
        return loads

    def load_of(self, teammates: Iterable[int]) -> dict[int, int]:
        """What each of these teammates carries over all teams, in hundredths."""
        return {number: sum(each.values()) for number, each in self.loads_of(teammates).items()}

    def load_of_each(self) -> Coalesce:
        """For an annotation of teammates: what each carries, in hundredths."""
        theirs = self.live().filter(assignee=OuterRef("pk")).order_by().values("assignee")
        return Coalesce(Subquery(theirs.annotate(load=weight()).values("load")), 0)

    # --- Auto Assign -----------------------------------------------------------------------------------------------

    def in_turn(self, team_id: int) -> "ConversationQuerySet":
        """What waits in the team's inbox, in the order in which it is handed out."""
        return self.filter(UNASSIGNED, left_to_people(), team=team_id).order_by(*IN_TURN)

    def to_hand_out(self, team_id: int) -> models.QuerySet["Conversation"]:
        """What waits in the team's inbox, in order, locked. Skips what a person is just changing."""
        rows = self.model.for_change().select_for_update(of=("self",), no_key=True, skip_locked=True)
        return rows.filter(UNASSIGNED, left_to_people(), team=team_id).order_by(*IN_TURN)

    # --- Whose teammate will not answer: each asked for one team, after the time that the team has set ---------------

    def waiting_for_somebody(self, team: Team) -> "ConversationQuerySet":
        """Customers of the team who wait for the teammate that has their conversation."""
        return self.of_team(team.pk).filter(waiting_since__isnull=False, assignee__isnull=False)

    def left_by_away(self, team: Team, since: datetime) -> "ConversationQuerySet":
        """Those whose teammate had them and then, before this moment, went away."""
        gone = Q(assignee__availability=Availability.AWAY, assignee__availability_at__lte=since)
        return self.waiting_for_somebody(team).filter(gone, assigned_at__lte=F("assignee__availability_at"))

    def left_by_vanished(self, team: Team, since: datetime) -> "ConversationQuerySet":
        """Those whose teammate had them and then, before this moment, gave no more sign of life."""
        # Assigned while they still counted as connected; by hand one may assign to somebody who is not there.
        there_until = F("assignee__last_seen_at") + CONNECTED_FOR
        rows = self.waiting_for_somebody(team).filter(assignee__last_seen_at__lte=since)
        return rows.filter(assigned_at__lte=there_until)

    def left_by_silence(self, team: Team, since: datetime) -> "ConversationQuerySet":
        """Those which Auto Assign gave to somebody before this moment who has not answered at all since."""
        given = self.waiting_for_somebody(team).filter(auto_assigned=True, assigned_at__lte=since)
        return given.filter(waiting_since__lte=F("assigned_at"))
