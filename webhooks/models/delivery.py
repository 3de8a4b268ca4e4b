"""Deliveries: one for each event that a subscription asked for, and every try to bring it."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Event
from monty.errors import VerbNotAllowed
from teams.models import Teammate
from webhooks.models.subscription import Subscription, SubscriptionQuerySet
from webhooks.patience import Answer
from webhooks.verbs import TEST

# A worker that is at one for longer is dead: a post ends within ten seconds.
CLAIM_LASTS = timedelta(minutes=1)
# So many are posted to one receiver at a time: a slow one must not keep every worker.
AT_ONCE = 2
# Of the start of a receiver's answer.
LONGEST_TEXT = 500


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("waits")
    SENDING = "sending", _("being sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


UNDONE = [DeliveryState.QUEUED, DeliveryState.SENDING]
DONE = [DeliveryState.DELIVERED, DeliveryState.FAILED]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def expect(self, wanted: "Iterable[Delivery]") -> None:
        """Keep these; one that is there already stays as it is."""
        Delivery.objects.bulk_create(wanted, ignore_conflicts=True)

    def test(self, subscription: Subscription, *, by: Teammate) -> "Delivery":
        """Try a webhook: once, and nothing follows from it but the answer. Raises VerbNotAllowed: it is off."""
        if not subscription.active:
            detail = _t("The webhook is switched off: switch it on first.")
            raise VerbNotAllowed(detail, verb="test", state="off", allowed=["switch_on"])
        return self.create(subscription=subscription, verb=TEST)

    def waiting(self) -> "DeliveryQuerySet":
        """Those whose time has come."""
        return self.filter(state=DeliveryState.QUEUED, next_at__lte=timezone.now())

    def receivers(self) -> SubscriptionQuerySet:
        """Those to whom something that waits may be sent now."""
        return Subscription.objects.ready().filter(Exists(self.waiting().filter(subscription=OuterRef("pk"))))

    def next_for(self, subscription: Subscription) -> "DeliveryQuerySet":
        """Those that may go now: nothing undone is before them in their conversation, so that order holds."""
        # By subqueries, never by joins: of two claims the later one must find these conditions asked again.
        mine = Delivery.objects.filter(subscription=subscription)
        before = {"conversation": OuterRef("conversation"), "event__lt": OuterRef("event")}
        earlier = mine.filter(**before, state__in=UNDONE)
        untold = Exists(untold_before(subscription, mine))
        return (
            self.filter(subscription=subscription).waiting().filter(~Exists(earlier), ~untold).order_by("next_at", "pk")
        )

    def claim_next(self, subscription: Subscription) -> "Delivery | None":
        """Take one on; None: there is none, or enough others are at it."""
        if self.filter(subscription=subscription, state=DeliveryState.SENDING).count() >= AT_ONCE:
            return None
        for number in self.next_for(subscription).values_list("pk", flat=True)[: 4 * AT_ONCE]:
            if self.claim(subscription, number):
                return self.with_event().get(pk=number)
        return None

    def claim(self, subscription: Subscription, number: int) -> bool:
        claimed: dict[str, Any] = {
            "state": DeliveryState.SENDING,
            "claimed_at": timezone.now(),
            "tries": F("tries") + 1,
        }
        try:
            with transaction.atomic():
                return self.next_for(subscription).filter(pk=number).order_by().update(**claimed) == 1
        except IntegrityError:
            # Another one of the same conversation was claimed in the same moment.
            return False

    def with_event(self) -> "DeliveryQuerySet":
        """With everything that is told of it."""
        return self.select_related("subscription", "event__conversation__identity")

    def abandoned(self) -> "DeliveryQuerySet":
        """Claimed by a worker that must be dead by now."""
        return self.filter(state=DeliveryState.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)

    def begin_again(self) -> int:
        """What waits is tried at once, and has all its time before it."""
        now = timezone.now()
        return self.filter(state=DeliveryState.QUEUED).update(since=now, next_at=now, tries=0)

    def of_visible(self, subscriptions: QuerySet[Subscription]) -> "DeliveryQuerySet":
        return self.filter(subscription__in=subscriptions)

    def forgettable(self, before: datetime) -> "DeliveryQuerySet":
        """What the log need not keep any longer."""
        return self.filter(state__in=DONE, since__lt=before).order_by("since")


def untold_before(subscription: Subscription, mine: DeliveryQuerySet) -> QuerySet[Event]:
    """Earlier events of the conversation for which there is no row yet, because their process died before it told."""
    events = Event.objects.filter(
        published=False, conversation=OuterRef("conversation"), pk__lt=OuterRef("event")
    ).exclude(Exists(mine.filter(event=OuterRef("pk"))))
    return events.filter(verb__in=subscription.verbs) if subscription.verbs else events


class Delivery(models.Model):
    """One event on its way to one receiver, with an id by which the receiver knows it again."""

    uuid = models.UUIDField(_("delivery id"), default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    # None, both: it only tries the webhook.
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("event")
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("conversation")
    )
    verb = models.CharField(_("event"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # From when its time counts: when it was queued, or a person wanted it to be sent again.
    since = models.DateTimeField(_("queued"), default=timezone.now)
    next_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="webhook_delivery_once"),
            models.UniqueConstraint(
                fields=["subscription", "conversation"],
                condition=Q(state=DeliveryState.SENDING),
                name="one_webhook_under_way_in_a_conversation",
            ),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhook_delivery_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "next_at", "id"],
                condition=Q(state=DeliveryState.QUEUED),
                name="webhook_delivery_due",
            ),
            models.Index(
                fields=["subscription", "conversation", "event"],
                condition=Q(state__in=UNDONE),
                name="webhook_delivery_undone",
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(state=DeliveryState.SENDING), name="webhook_delivery_claimed"
            ),
            models.Index(fields=["since"], condition=Q(state__in=DONE), name="webhook_delivery_done"),
            models.Index(fields=["subscription", "-id"], name="webhook_delivery_latest"),
            models.Index(fields=["since"], name="webhook_delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.uuid}"

    @property
    def is_test(self) -> bool:
        return self.verb == TEST

    def replay(self, *, by: Teammate) -> None:
        """Send it once more, under the same id. Raises VerbNotAllowed: it is under way, or its webhook is off."""
        if not Subscription.objects.filter(pk=self.subscription_id, active=True).exists():
            raise self.refusal(_t("The webhook is switched off: switch it on first."))
        with transaction.atomic():
            row = Delivery.objects.select_for_update(no_key=True).get(pk=self.pk)
            if row.state not in DONE:
                raise self.refusal(_t("It is on its way already."))
            row.state, row.tries = DeliveryState.QUEUED, 0
            row.since = row.next_at = timezone.now()
            row.save(update_fields=["state", "tries", "since", "next_at"])
        self.refresh_from_db()

    def refusal(self, detail: str) -> VerbNotAllowed:
        return VerbNotAllowed(detail, verb="replay", state=self.state, allowed=[])

    def settle(self, state: DeliveryState, next_at: datetime | None = None) -> bool:
        """What came of a try; False: it took so long that another worker has it now."""
        facts = {"next_at": next_at} if next_at else {}
        mine = Delivery.objects.filter(pk=self.pk, state=DeliveryState.SENDING, claimed_at=self.claimed_at)
        return mine.update(state=state, **facts) == 1


class Attempt(models.Model):
    """One try, and what the receiver answered."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("webhook delivery")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    # HTTP's; None: there was no answer.
    code = models.PositiveSmallIntegerField(_("code"), null=True, blank=True)
    detail = models.CharField(_("in words"), max_length=300)
    text = models.CharField(_("answer"), max_length=LONGEST_TEXT, blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code or '–'} {self.detail}"

    @classmethod
    def note(cls, delivery: Delivery, answer: Answer) -> "Attempt":
        text = answer.text.replace("\x00", "")[:LONGEST_TEXT]
        return cls.objects.create(delivery=delivery, code=answer.code, detail=answer.detail[:300], text=text)
