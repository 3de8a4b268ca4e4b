"""How a channel is: what comes in and goes out, compared with its own past, and what a person should look at."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels_app.models import Channel, Delivery, Forgery
from channels_app.verdicts import Verdict
from conversations.models import Attempt, Message, Status

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# The hour that ends now is compared with the same one of this many weeks before.
WEEKS = 4
# With five deliveries usual, none at all comes by chance once in 150 hours; with fewer, silence says nothing.
SILENCE_FROM = 5
SILENCE_BELOW = 0.1
# Longer than this nothing waits while all is well: a message for its turn, a delivery for a worker.
LONG_QUEUED = timedelta(minutes=5)
LONG_UNREAD = timedelta(minutes=1)
# A stranger's program knocks at every address now and then; a changed secret refuses everything.
FORGERIES = 3
TOKEN_ENDS_SOON = timedelta(days=7)

VERDICTS = {
    Verdict.RETRY: gettext_lazy("tried again by itself"),
    Verdict.WAIT: gettext_lazy("a limit was reached: goes on by itself"),
    Verdict.RECONNECT: gettext_lazy("the channel must be reconnected"),
    Verdict.PERMANENT: gettext_lazy("this message cannot be sent as it is"),
    Verdict.UNREACHABLE: gettext_lazy("this person cannot be reached"),
    Verdict.WINDOW: gettext_lazy("too late: the time to answer had passed"),
    Verdict.UNKNOWN: gettext_lazy("may have arrived or not: somebody must look"),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A channel's numbers now. `hours`: deliveries of the last hour, and of the same hour in the weeks before.

    `unread`: waiting to be read; `unreadable`: read in part or not at all. `forged`: requests with a wrong signature
    since yesterday. `refused`: attempts at sending, `undelivered`: messages, both of the last 24 hours.
    """

    last_inbound: datetime | None
    hours: tuple[int, ...]
    unread: int
    oldest_unread: datetime | None
    unreadable: int
    forged: int
    last_forged: datetime | None
    queued: int
    oldest_queued: datetime | None
    refused: int
    undelivered: int

    @property
    def arrived(self) -> int:
        return self.hours[0]

    @property
    def usual(self) -> float:
        """Deliveries of this hour of the week: the median of the weeks before."""
        return median(self.hours[1:])

    @property
    def is_silent(self) -> bool:
        return self.usual >= SILENCE_FROM and self.arrived <= self.usual * SILENCE_BELOW


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something a person should look at; `grave`: customers are not heard or not answered."""

    sentence: str
    grave: bool = False


# --- What is measured -------------------------------------------------------------------------------------------------


def measured(channels: QuerySet[Channel], now: datetime | None = None) -> QuerySet[Channel]:
    """The channels with everything `numbers` reads of them: one query, each number of a channel found by an index."""
    now = now or timezone.now()
    deliveries = Delivery.objects.filter(channel=OuterRef("pk"))
    unread = deliveries.filter(state=Delivery.State.NEW)
    forgeries = Forgery.objects.filter(channel=OuterRef("pk"), day__gte=(now - DAY).date())
    queued = Message.objects.queued().filter(channel=OuterRef("pk"))
    undelivered = Message.objects.undelivered().since(now - DAY).filter(channel=OuterRef("pk"))
    refused = Attempt.objects.refused_since(now - DAY).filter(message__channel=OuterRef("pk"))
    weeks = {f"hour_{week}": count(deliveries.filter(**hour_of(week, now))) for week in range(WEEKS + 1)}
    return channels.annotate(
        last_inbound=Subquery(deliveries.order_by("-received_at").values("received_at")[:1]),
        unread=count(unread),
        oldest_unread=one(unread, Min("received_at")),
        unreadable=count(deliveries.filter(state=Delivery.State.FAILED)),
        forged=Coalesce(one(forgeries, Sum("count")), 0),
        last_forged=one(forgeries, Max("last_at")),
        queued=count(queued),
        oldest_queued=one(queued, Min("at")),
        refused=count(refused),
        undelivered=count(undelivered),
        **weeks,
    )


def hour_of(week: int, now: datetime) -> dict[str, datetime]:
    end = now - timedelta(weeks=week)
    return {"received_at__gt": end - HOUR, "received_at__lte": end}


def one(rows: QuerySet[Any], figure: Any) -> Subquery:
    """A figure over all these rows, as one value."""
    return Subquery(rows.order_by().annotate(all=OuterRef("pk")).values("all").annotate(figure=figure).values("figure"))


def count(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(one(rows, Count("pk")), 0)


def numbers(channel: Channel) -> Numbers:
    """The numbers of a channel that came out of `measured`."""
    found = vars(channel)
    hours = tuple(found[f"hour_{week}"] for week in range(WEEKS + 1))
    return Numbers(hours=hours, **{each.name: found[each.name] for each in fields(Numbers) if each.name != "hours"})


def refusals(channel: Channel) -> list[dict[str, Any]]:
    """The attempts of the last 24 hours that the provider refused, the most frequent first."""
    rows = Attempt.objects.refused_since(timezone.now() - DAY).filter(message__channel=channel)
    mix = rows.order_by().values("code", "outcome").annotate(number=Count("pk"), last=Max("at"), words=Max("detail"))
    found = mix.order_by("-number", "code", "outcome")[:20]
    return [{**each, "meaning": VERDICTS[Verdict(each["outcome"])]} for each in found]


def losses(channel: Channel) -> list[dict[str, Any]]:
    """Why messages of the last 24 hours did not arrive, as their status says now; the most frequent reason first."""
    rows = Message.objects.undelivered().since(timezone.now() - DAY).filter(channel=channel)
    mix = rows.order_by().values("status", "error").annotate(number=Count("pk"), last=Max("at"))
    return [{**each, "word": Status(each["status"]).label} for each in mix.order_by("-number", "error")[:20]]


# --- What it means ----------------------------------------------------------------------------------------------------


def complaints(channel: Channel, found: Numbers, now: datetime) -> list[Complaint]:
    """What is not well, the gravest first; nothing is asked of a channel that is switched off. Pure."""
    if not channel.active:
        return []
    every = [*of_account(channel, now), *of_sending(channel, found, now), *of_hearing(found, now)]
    return sorted(every, key=lambda each: not each.grave)


def tone(channel: Channel, found: list[Complaint]) -> str:
    """One word for how it is: well, look, grave, or off."""
    if not channel.active:
        return "off"
    return "well" if not found else "grave" if found[0].grave else "look"


def of_account(channel: Channel, now: datetime) -> Iterator[Complaint]:
    if channel.suspended_at:
        because = {"because": channel.suspended_because}
        yield Complaint(_("Nothing is sent until it is reconnected: %(because)s") % because, grave=True)
    ends = channel.token_expires_at
    if ends and ends <= now:
        yield Complaint(_("Its token expired %(when)s.") % {"when": moment(ends)}, grave=True)
    elif ends and ends - now < TOKEN_ENDS_SOON:
        yield Complaint(_("Its token expires %(when)s.") % {"when": moment(ends)})


def of_sending(channel: Channel, found: Numbers, now: datetime) -> Iterator[Complaint]:
    if channel.suspended_at:
        return
    if channel.paused_until and channel.paused_until > now:
        sentence = _("The provider's limit is reached; sending goes on %(when)s.")
        yield Complaint(sentence % {"when": moment(channel.paused_until)})
    elif found.oldest_queued and now - found.oldest_queued > LONG_QUEUED:
        waited = timesince(found.oldest_queued, now, depth=1)
        yield Complaint(
            _("The oldest message has been waiting to be sent for %(time)s.") % {"time": waited}, grave=True
        )


def of_hearing(found: Numbers, now: datetime) -> Iterator[Complaint]:
    if found.oldest_unread and now - found.oldest_unread > LONG_UNREAD:
        waited = timesince(found.oldest_unread, now, depth=1)
        yield Complaint(
            _("What the provider sent has been waiting to be read for %(time)s.") % {"time": waited}, grave=True
        )
    if found.unreadable:
        sentence = ngettext(
            "%(count)s delivery could not be read in full.",
            "%(count)s deliveries could not be read in full.",
            found.unreadable,
        )
        yield Complaint(sentence % {"count": found.unreadable})
    if only_forged(found):
        sentence = _(
            "Since the last genuine one %(count)s requests came with a wrong signature: has the secret changed?"
        )
        yield Complaint(sentence % {"count": found.forged}, grave=True)
    if found.is_silent:
        sentence = _("Quieter than usual: %(arrived)s deliveries in the last hour, where about %(usual)s are usual.")
        yield Complaint(sentence % {"arrived": found.arrived, "usual": round(found.usual)}, grave=True)


def only_forged(found: Numbers) -> bool:
    if found.forged < FORGERIES or found.last_forged is None:
        return False
    return found.last_inbound is None or found.last_forged > found.last_inbound


def moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j M, H:i")
