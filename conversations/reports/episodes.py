"""From the events of one conversation to its episodes as reports count them. Pure.

An episode begins when people have something to do: at the start or reopening, or, where a bot comes first, when the bot
lets go. It ends with the close or drop. What is undone never was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from conversations.models.states import ENDED

BEGINS = frozenset(("start", "reopen", "revive"))
ENDS = frozenset(("close", "drop", "block"))
# After these a bot has it no more, whoever does them.
FREES = frozenset(
    ("assign", "pick_up", "hand_to", "unassign", "take_back", "take_over", "hand_over", "end_flow", "echo")
)
WAKES = FREES | {"receive", "wake", "send_flow"}


@dataclass(frozen=True, slots=True)
class Line:
    """An event as far as it matters here. `actor`: the teammate (None: Monty, a bot or the customer).

    `was`: the state before it, where that was another.
    """

    at: datetime
    verb: str
    state: str
    team: int | None = None
    assignee: int | None = None
    actor: int | None = None
    by_bot: bool = False
    was: str = ""
    rating: int | None = None

    @property
    def is_answer(self) -> bool:
        """A person answered; here, or (`echo`) with another program."""
        return self.verb == "echo" or (self.verb == "reply" and self.actor is not None)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted, and whose it was."""

    begin: datetime
    end: datetime
    who: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    who: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    at: datetime
    verb: str
    who: int | None
    # Since when the customer had been waiting, if they were.
    since: datetime | None
    # Its time counted as somebody's until then.
    held: bool = False


@dataclass(slots=True)
class Episode:
    """`begin`: when people had something to do first (None: a bot has or had it all the time); `team`: its last one."""

    opened: Line
    begin: datetime | None
    team: int | None
    answer: Moment | None = None
    waits: list[Span] = field(default_factory=list)
    held: list[Span] = field(default_factory=list)
    given: list[Moment] = field(default_factory=list)
    rating: tuple[Moment, int] | None = None
    ending: Ending | None = None

    @property
    def outcome(self) -> str:
        return self.ending.verb if self.ending else ""


def episodes(told: Iterable[Line]) -> list[Episode]:
    """In their order; the last one may be running."""
    course = Course()
    latest = datetime.min.replace(tzinfo=UTC)
    for line in told:
        # Where a clock was set back, nothing happens before what led to it.
        latest = max(latest, line.at)
        course.follow(line, latest)
    return course.found


class Course:
    """How far the conversation's life has been read."""

    def __init__(self) -> None:
        self.found: list[Episode] = []
        # Since when the customer waits, and when they wrote last, by the provider's clock.
        self.since: datetime | None = None
        self.heard: datetime | None = None
        self.bot = False
        self.asleep = False
        self.holder: int | None = None
        # Since when the holder has had it, if the time counts as theirs.
        self.holds_since: datetime | None = None

    @property
    def running(self) -> Episode | None:
        return self.found[-1] if self.found and self.found[-1].ending is None else None

    def follow(self, line: Line, now: datetime) -> None:
        held = self.let_go(now)
        if line.verb in BEGINS:
            self.begin(line, now)
        elif line.verb == "undo":
            self.undo(line, now)
        elif line.verb == "rate" and line.rating and self.found:
            self.found[-1].rating = (Moment(now, line.assignee), line.rating)
        episode = self.running
        if episode is not None:
            episode.team = line.team
            self.live(episode, line, now)
            if episode.ending is not None:
                episode.ending = replace(episode.ending, held=held)
        self.hold(line, now)

    # --- Begin and end ----------------------------------------------------------------------------------------------

    def begin(self, line: Line, now: datetime) -> None:
        self.since = self.heard = None
        self.bot = self.asleep = False
        self.holder = None
        self.found.append(Episode(line, begin=now, team=line.team))

    def undo(self, line: Line, now: datetime) -> None:
        """An end that is taken back never was; nor was a beginning."""
        last = self.found[-1] if self.found else None
        if last and last.ending and line.was in ENDED and line.state not in ENDED:
            self.go_on(last, last.ending, now)
        elif line.was and line.was not in ENDED and line.state in ENDED and len(self.found) > 1:
            self.found.pop()

    def go_on(self, episode: Episode, ending: Ending, now: datetime) -> None:
        """As if there had been no end: whoever had it has had it all the time, whoever waited waits on."""
        episode.ending = None
        if ending.held:
            episode.held.append(Span(ending.at, now, self.holder))
        if episode.begin is None:
            # The bot that had it does not come back.
            episode.begin, self.since = now, now if ending.since else None
            return
        self.since = ending.since
        if ending.since and episode.waits and episode.waits[-1].begin == ending.since:
            episode.waits.pop()

    def end(self, episode: Episode, line: Line, now: datetime) -> None:
        since = self.since
        self.answered(episode, now, line.actor)
        episode.ending = Ending(now, line.verb, line.actor, since)
        self.bot = self.asleep = False

    # --- In between ---------------------------------------------------------------------------------------------------

    def live(self, episode: Episode, line: Line, now: datetime) -> None:
        self.sleep(line)
        self.mind_bot(episode, line, now)
        if line.assignee is not None and line.assignee != self.holder:
            episode.given.append(Moment(now, line.assignee))
        if line.verb == "receive":
            self.since = self.since or now
            self.heard = max(self.heard or line.at, line.at)
        elif line.verb == "hand_over":
            self.since = self.since or now
        elif line.verb == "reply" and line.by_bot:
            self.since = None
        elif line.is_answer:
            self.answer(episode, line, now)
        elif line.verb in ENDS:
            self.end(episode, line, now)

    def answer(self, episode: Episode, line: Line, now: datetime) -> None:
        episode.answer = episode.answer or Moment(now, line.actor)
        # What was written elsewhere before the customer's last words does not answer them.
        if line.verb == "reply" or self.heard is None or line.at >= self.heard:
            self.answered(episode, now, line.actor)

    def answered(self, episode: Episode, now: datetime, who: int | None) -> None:
        if self.since is not None and not self.bot:
            episode.waits.append(Span(self.since, now, who))
        self.since = None

    def sleep(self, line: Line) -> None:
        if line.verb == "snooze":
            self.asleep = True
        elif line.verb in WAKES:
            self.asleep = False

    def mind_bot(self, episode: Episode, line: Line, now: datetime) -> None:
        if line.verb == "send_flow":
            if self.since is not None and not self.bot:
                episode.waits.append(Span(self.since, now, line.actor))
            self.bot = True
            if line.actor is None and not episode.given and episode.answer is None:
                episode.begin = None
        elif line.verb in FREES or (line.verb == "reply" and line.actor is not None):
            if self.bot and self.since is not None:
                self.since = now
            self.bot = False
            episode.begin = episode.begin or now

    # --- Who has it -------------------------------------------------------------------------------------------------

    def let_go(self, now: datetime) -> bool:
        """Whoever had it until this moment had it so long. Whether anybody had."""
        episode, since = self.running, self.holds_since
        self.holds_since = None
        if episode is None or since is None:
            return False
        if now > since:
            episode.held.append(Span(since, now, self.holder))
        return True

    def hold(self, line: Line, now: datetime) -> None:
        self.holder = line.assignee
        counts = self.running is not None and line.assignee is not None and not self.asleep and not self.bot
        self.holds_since = now if counts else None


def shares(spans: Sequence[Span]) -> dict[int | None, list[Span]]:
    """By whose they are."""
    found: dict[int | None, list[Span]] = {}
    for span in spans:
        found.setdefault(span.who, []).append(span)
    return found
