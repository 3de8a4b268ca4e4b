"""Episodes: what reports count. One runs from the start (or a reopening) to the close or drop."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models.states import ENDED

if TYPE_CHECKING:
    from conversations.models.event import Event

STARTS = {"start", "reopen", "revive"}
ENDS = {"close", "drop", "block"}


class EpisodeQuerySet(models.QuerySet["Episode"]):
    def running(self) -> "EpisodeQuerySet":
        return self.filter(ended_at=None)

    def say_away(self, conversation_id: int, at: datetime) -> bool:
        """Claim the away message of the running episode; True once, for whoever is to send it."""
        silent = self.filter(conversation=conversation_id, away_said_at=None).running()
        return silent.update(away_said_at=at) == 1

    def rate(self, conversation_id: int, rating: int, comment: str) -> bool:
        """Keep what the customer thinks of the last episode; the last word counts. False if there is none."""
        last = self.filter(conversation=conversation_id).order_by("-pk").values("pk")[:1]
        return self.filter(pk__in=list(last.values_list("pk", flat=True))).update(rating=rating, comment=comment) == 1

    def follow(self, events: "Iterable[Event]") -> None:
        """Open, end or mark the conversations' episodes as these events say. Called in their transaction."""
        for starting, together in groupby(events, lambda event: event.verb in STARTS):
            if starting:
                Episode.objects.bulk_create(
                    Episode(conversation_id=each.conversation_id, started_at=each.at) for each in together
                )
            else:
                for event in together:
                    self.go_on(event)

    def go_on(self, event: "Event") -> None:
        mine = self.filter(conversation=event.conversation_id)
        if event.verb in ENDS:
            mine.running().update(ended_at=event.at, outcome=event.state, ended_by=event.actor)
        elif event.verb == "undo" and event.was.get("state") in ENDED:
            last = mine.order_by("-pk").values("pk")[:1]
            self.filter(pk=last).update(ended_at=None, outcome="", ended_by=None)
        elif event.verb == "reply" and event.actor is not None:
            mine.running().filter(first_reply_at=None).update(first_reply_at=event.at, first_reply_by=event.actor)


class Episode(models.Model):
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="episodes", verbose_name=_("conversation")
    )
    started_at = models.DateTimeField(_("started"))
    first_reply_at = models.DateTimeField(_("first reply"), null=True, blank=True)
    first_reply_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first reply by"),
    )
    # The team's away message went out: once per episode.
    away_said_at = models.DateTimeField(_("away message sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    # How content the customer was, from 1 to 5; None: nobody asked, or there was no answer.
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True, default="", db_default="")
    outcome = models.CharField(_("outcome"), max_length=10, blank=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="one_running_episode_per_conversation"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=["closed", "dropped"]),
                name="episode_ends_closed_or_dropped",
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="episode_rated_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation} {self.started_at:%Y-%m-%d}"
