"""`/metrics`: what waits and for how long, and what the process that answers holds, in Prometheus' text format.

What waits is asked of the database, so that every process gives the same answer; each question is bounded by the rows
that wait. What a process holds (sockets, the delay of its pushes, memory) is its own: ask each socket process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Min, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from channels_app.models import Channel, Delivery
from conversations.models import Conversation, Event, Message, Round, Scheduled
from flows.models import FlowRun
from monty.errors import Forbidden
from teams.access import of_oneself, person, token_too
from teams.models import Teammate
from webhooks.models import Delivery as Told

LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that wait for something, each since the moment in its field `since`."""

    name: str
    meaning: str
    rows: Callable[[], QuerySet[Any]]
    since: str


QUEUES = [
    Queue("deliveries_to_read", "What providers posted and no worker has read", Delivery.objects.unread, "received_at"),
    Queue("messages_to_send", "Messages that no provider has taken yet", Message.objects.queued, "at"),
    Queue("scheduled_due", "Answers for later whose time has come", Scheduled.objects.due, "send_at"),
    Queue("events_missed", "Changes that no open page was told of yet", Event.objects.missed, "at"),
    Queue("webhooks_due", "Outgoing webhooks whose time has come", Told.objects.waiting, "next_at"),
    Queue("flow_runs_due", "Bots that should have gone on", FlowRun.objects.due, "due_at"),
    Queue(
        "windows_due", "Windows that are over and not yet marked so", Conversation.objects.windows_ended, "window_until"
    ),
    Queue(
        "conversations_waiting",
        "Customers who wait for a person's answer",
        lambda: Conversation.objects.live().awake().waiting().order_by(),
        "waiting_since",
    ),
]


# Rows that are numbered as they come: the last number counts them (a few numbers may be left out).
NUMBERED: list[tuple[str, str, type[Model]]] = [
    ("deliveries", "Posts of providers that were taken", Delivery),
    ("messages", "Messages in and out", Message),
    ("events", "Changes of conversations", Event),
    ("rounds", "Times that Auto Assign looked at a team's inbox", Round),
]

# How it stands, and who is there to work on it.
STANDING: list[tuple[str, str, Callable[[], QuerySet[Any]]]] = [
    (
        "messages_failed",
        "Messages of the last day that were refused or may be lost",
        lambda: Message.objects.undelivered().filter(at__gt=timezone.now() - LATELY),
    ),
    ("teammates_ready", "Teammates who take conversations now", Teammate.objects.ready),
    ("channels_suspended", "Channels that are cut off", Channel.objects.cut_off),
]


class Installation(Collector):
    """Two gauges for each queue, a counter for all that is numbered, a gauge for how each thing stands."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        for queue in QUEUES:
            found = queue.rows().order_by().aggregate(number=Count("pk"), oldest=Min(queue.since))
            waited = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
            yield gauge(queue.name, queue.meaning, found["number"])
            yield gauge(f"{queue.name}_oldest_seconds", f"{queue.meaning}: how long the first has waited", waited)
        for name, meaning, model in NUMBERED:
            last = model._default_manager.aggregate(last=Max("pk"))["last"]
            yield CounterMetricFamily(f"monty_{name}", meaning, value=last or 0)
        for name, meaning, rows in STANDING:
            yield gauge(name, meaning, rows().count())


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"monty_{name}", meaning, value=value)


INSTALLATION = CollectorRegistry()
INSTALLATION.register(Installation())


@require_safe
@token_too
@of_oneself
def metrics(request: HttpRequest) -> HttpResponse:
    """For programs by their REST token, and for a look in the browser. Raises Forbidden."""
    someone = person(request)
    if not someone.is_staff or someone.own_teams_only:
        raise Forbidden(_("These figures are for those who run the installation."))
    return HttpResponse(generate_latest(INSTALLATION) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
