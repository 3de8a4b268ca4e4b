"""From episodes to facts: what is counted of each, and whose it is. Pure but for the zone of the installation.

Whatever lasted is counted on the day on which it was complete: a first response on its own, waiting, handling and
resolution at the episode's end. So a day that has passed says the same for ever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from conversations.models.fact import NOBODY, TIMES, Fact, Measure
from conversations.reports.clock import Clock
from conversations.reports.episodes import Ending, Episode, Moment, Span, shares
from conversations.reports.periods import local
from conversations.reports.tally import rounded

# A closed episode that is taken up again within this time was not solved.
BOUNCES_WITHIN = timedelta(hours=24)
ENDED_BY = {"close": Measure.CLOSED, "drop": Measure.DROPPED, "block": Measure.BLOCKED}


@dataclass(frozen=True, slots=True)
class FactsOf:
    """One conversation; `clocks` by team."""

    conversation: int
    channel: int
    clocks: dict[int | None, Clock]

    def all(self, episodes: Sequence[Episode]) -> Iterator[Fact]:
        for episode, following in zip_longest(episodes, episodes[1:]):
            if episode.begin is not None:
                yield from self.of(episode, episode.begin, following)
            elif episode.ending:
                # A bot has had it all the time: people had nothing to do with it.
                yield self.fact(episode, Measure.BOT_ALONE, Moment(episode.ending.at, None))
                yield from self.rated(episode)

    def of(self, episode: Episode, begin: datetime, following: Episode | None) -> Iterator[Fact]:
        closed = episode.ending if episode.outcome == "close" else None
        day = local(closed.at).date().toordinal() if closed else 0
        yield self.fact(episode, Measure.STARTED, Moment(begin, None), day)
        if episode.answer:
            yield self.lasted(episode, Measure.FIRST_RESPONSE, episode.answer, [Span(begin, episode.answer.at, None)])
        for given in episode.given:
            yield self.fact(episode, Measure.ASSIGNED, given)
        yield from self.rated(episode)
        if episode.ending:
            yield from self.ended(episode, begin, episode.ending, following)

    def ended(self, episode: Episode, begin: datetime, ending: Ending, following: Episode | None) -> Iterator[Fact]:
        moment = Moment(ending.at, ending.who)
        if ending.verb == "close":
            yield self.lasted(episode, Measure.CLOSED, moment, [Span(begin, ending.at, None)])
        else:
            yield self.fact(episode, ENDED_BY[ending.verb], moment)
        yield from self.shared(episode, Measure.WAITING, ending.at, episode.waits)
        yield from self.shared(episode, Measure.HANDLING, ending.at, episode.held)
        if ending.verb == "close" and following and following.opened.at - ending.at < BOUNCES_WITHIN:
            yield self.fact(episode, Measure.BOUNCED, moment)
        if ending.verb == "drop" and ending.since:
            yield self.fact(episode, Measure.WRONGLY_DROPPED, moment)
        if ending.verb == "drop" and following and following.opened.verb == "revive":
            yield self.fact(episode, Measure.CAME_BACK, moment)

    def rated(self, episode: Episode) -> Iterator[Fact]:
        if episode.rating:
            yield self.fact(episode, Measure.RATED, *episode.rating)

    def shared(self, episode: Episode, measure: Measure, at: datetime, spans: Sequence[Span]) -> Iterator[Fact]:
        """All of it together, and each one's part."""
        parts = shares(spans)
        if len(parts) == 1:
            yield self.lasted(episode, measure, Moment(at, next(iter(parts))), spans)
            return
        if spans:
            yield self.lasted(episode, measure, Moment(at, None), spans, share=False)
        for who, part in parts.items():
            yield self.lasted(episode, measure, Moment(at, who), part, whole=False)

    def lasted(self, episode: Episode, measure: Measure, moment: Moment, spans: Sequence[Span], **told: bool) -> Fact:
        clock = self.clocks.get(episode.team) or ALWAYS
        value = sum(ALWAYS.seconds(span.begin, span.end) for span in spans)
        within = sum(clock.seconds(span.begin, span.end) for span in spans)
        return self.fact(episode, measure, moment, value, within, **told)

    def fact(
        self,
        episode: Episode,
        measure: Measure,
        moment: Moment,
        value: int = 0,
        within: int | None = None,
        **told: bool,
    ) -> Fact:
        here, within = local(moment.at), value if within is None else within
        read = rounded if measure in TIMES else int
        return Fact(
            conversation_id=self.conversation,
            measure=measure,
            at=moment.at,
            day=here.date(),
            hour=here.hour,
            team_id=episode.team or NOBODY,
            channel_id=self.channel,
            teammate_id=moment.who or NOBODY,
            value=value,
            value_open=within,
            step=read(value),
            step_open=read(within),
            **told,
        )


ALWAYS = Clock(None)
