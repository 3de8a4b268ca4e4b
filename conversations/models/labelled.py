"""What a conversation is about, and how urgent it is: what people say of it to each other."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.models.event import Event
from conversations.models.label import Label
from conversations.models.states import ANY, LIVE, Priority
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Team, Teammate


class Labelled(Verbs):
    """The part of a conversation that sorts it (`Conversation` inherits it)."""

    # The other parts'.
    team: Team | None
    team_id: int | None
    priority: int

    labels: models.ManyToManyField = models.ManyToManyField(
        Label, through="Labelling", related_name="conversations", blank=True, verbose_name=_("labels")
    )

    class Meta:
        abstract = True

    @verb(source=ANY)
    def label(
        self,
        names: Collection[str] | None = None,
        *,
        by: Teammate | None,
        add: Collection[str] = (),
        remove: Collection[str] = (),
    ) -> dict[str, Any]:
        """Give it exactly these labels; or, so that two people at once undo nothing, add some and remove some.

        A label that it has may be of another team by now, and stays. Raises BadInput.
        """
        has = {each.name: each for each in self.labels.all()}
        wanted = (has.keys() - set(remove)) | set(add) if names is None else set(names)
        added, removed = sorted(wanted - has.keys()), sorted(has.keys() - wanted)
        if not added and not removed:
            raise Unchanged
        self.labels.add(*Label.objects.demand(added, self.team_id))
        self.labels.remove(*(has[name] for name in removed))
        # Names, as they were: a label may be called something else one day.
        return {"added": added, "removed": removed}

    def relabel(self, event: Event) -> None:
        """As it was labelled before this event."""
        if event.verb == "label":
            self.labels.remove(*Label.objects.filter(name__in=event.data["added"]))
            self.labels.add(*Label.objects.filter(name__in=event.data["removed"]))

    @verb(source=LIVE)
    def prioritize(self, priority: Priority, *, by: Teammate | None) -> dict[str, Any]:
        """How urgent it is: Auto Assign hands out what is more urgent first."""
        before = self.priority_name
        if self.priority == priority:
            raise Unchanged
        self.priority = priority
        return {"priority": self.priority_name, "before": before}

    @property
    def priority_name(self) -> str:
        """As programs write it: low, normal, high, urgent."""
        return Priority(self.priority).name.lower()

    @property
    def missing(self) -> str:
        """What its team wants before it may be closed, in words; "" if nothing is missing."""
        if self.team is None or not self.team.label_required or self.labels.all():
            return ""
        return _t("%(team)s wants a label on it before it is closed.") % {"team": self.team}
