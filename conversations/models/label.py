"""Labels: what a conversation is about, in the team's own words."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput
from teams.models import Team

if TYPE_CHECKING:
    from conversations.models.conversation import Conversation

LONGEST_NAME = 40


class Colour(models.TextChoices):
    """Few enough to be told apart; each has its pair of ink and ground in `labels.css`."""

    GREY = "grey", _("Grey")
    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    VIOLET = "violet", _("Violet")
    PINK = "pink", _("Pink")


def offered(team_id: int | None) -> Q:
    """What may be chosen for a conversation of this team: its own labels, and everybody's."""
    return Q(offered=True) & (Q(team=None) | Q(team=team_id))


class LabelQuerySet(models.QuerySet["Label"]):
    def to_choose_for(self, conversation: "Conversation") -> "LabelQuerySet":
        """What the menu of a conversation shows: what is offered, and what it has."""
        here = Labelling.objects.filter(conversation=conversation).values("label")
        return self.filter(offered(conversation.team_id) | Q(pk__in=here))

    def demand(self, names: Collection[str], team_id: int | None) -> "list[Label]":
        """The labels of these names. Raises BadInput if one is not offered in the team."""
        found = {each.name: each for each in self.filter(offered(team_id), name__in=names)} if names else {}
        for name in names:
            if name not in found:
                raise BadInput(_t("There is no label “%(name)s” to choose here.") % {"name": name}, field="labels")
        return list(found.values())


class Label(models.Model):
    """A word that supervisors made and agents put on conversations."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, default=Colour.GREY)
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="labels",
        verbose_name=_("team"),
        help_text=_("Only its conversations may be given this label. Empty: those of every team."),
    )
    offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Off: nobody can choose it any more; where it is, it stays.")
    )

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="label_name_once", violation_error_message=_("There is a label of this name.")
            ),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="label_colour_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_put_on(self, conversation: "Conversation") -> bool:
        """Whether it may be chosen there, if it is not there already."""
        return self in conversation.labels.all() or (self.offered and self.team_id in (None, conversation.team_id))


class Labelling(models.Model):
    """One label on one conversation."""

    conversation = models.ForeignKey("Conversation", on_delete=models.CASCADE, related_name="labellings")
    # Protected: deleting a label must not change conversations without a verb.
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="labellings")

    class Meta:
        verbose_name = _("labelling")
        verbose_name_plural = _("labellings")
        constraints = [models.UniqueConstraint(fields=["conversation", "label"], name="label_once_on_a_conversation")]

    def __str__(self) -> str:
        return f"{self.label_id} #{self.conversation_id}"
