"""What webhooks hear from below: everything that happens, and who wants to be told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from conversations import events as house
from conversations.followups import soon
from conversations.models import Event
from monty.known import Known
from webhooks import tasks
from webhooks.models import Delivery, Subscription

CHOSEN_TEAMS = Subscription.teams.through


@dataclass(frozen=True, slots=True)
class Wish:
    """What one subscription wants to be told of. `verbs`: empty: all; `teams`: None: all."""

    subscription: int
    verbs: frozenset[str]
    teams: frozenset[int] | None

    def wants(self, event: Event) -> bool:
        """Also of what has just left its teams: they had it until now."""
        if self.verbs and event.verb not in self.verbs:
            return False
        return self.teams is None or not self.teams.isdisjoint({event.team_id, event.was.get("team", event.team_id)})


def wishes() -> list[Wish]:
    rows = Subscription.objects.filter(active=True).prefetch_related("teams")
    return [Wish(row.pk, frozenset(row.verbs), None if row.all_teams else frozenset(row.team_ids)) for row in rows]


# With everything that happens it is asked who wants to know: nobody, mostly, and that must not cost a query.
subscribed = Known("monty.webhooks", wishes)


def connect() -> None:
    house.recorded.connect(after_events)
    post_save.connect(after_subscription, sender=Subscription)
    for changed, sender in ((post_save, Subscription), (post_delete, Subscription), (m2m_changed, CHOSEN_TEAMS)):
        changed.connect(after_choice, sender=sender)
    post_save.connect(after_delivery, sender=Delivery)


def after_events(events: Sequence[Event], **_: Any) -> None:
    """Written down before anybody counts the events as told: what is lost with its process comes again, and is kept
    once.
    """
    wanted = [expected(wish, event) for wish in subscribed() for event in events if wish.wants(event)]
    if wanted:
        Delivery.objects.expect(wanted)
        for subscription_id in sorted({row.subscription_id for row in wanted}):
            tasks.attend.delay(subscription_id)


def expected(wish: Wish, event: Event) -> Delivery:
    place = event.conversation_id
    return Delivery(subscription_id=wish.subscription, event=event, conversation_id=place, verb=event.verb)


def after_choice(**_: Any) -> None:
    subscribed.changed()


def after_subscription(instance: Subscription, **_: Any) -> None:
    """It was switched on, and something may wait for it; or off, of which its owner is to hear."""
    if instance.active:
        soon(tasks.attend, instance.pk)
    if instance.notice_at:
        soon(tasks.tell_owner, instance.pk)


def after_delivery(instance: Delivery, **_: Any) -> None:
    """A person wants one to be sent. Those of events come by many, and not this way."""
    soon(tasks.attend, instance.subscription_id)
