"""Macros: several verbs with one press."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models.housed import Housed, HousedQuerySet
from conversations.models.states import ANY
from monty.fsm import Verbs, verb
from teams.models import Teammate


class MacroQuerySet(HousedQuerySet):
    def by_use(self) -> "MacroQuerySet":
        """What is used most stands first."""
        return self.select_related("team").order_by("-used", "name", "pk")


class Macro(Housed):
    """Steps that are taken in their order, all or none (`conversations.macros.steps`)."""

    name = models.CharField(_("name"), max_length=80)
    key = models.PositiveSmallIntegerField(
        _("key"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("1 to 9: what is pressed for it after q."),
    )
    # [{"do": "assign", "teammate": 3}, …]: ids, so that what is gone by then is refused in words.
    steps = models.JSONField(_("steps"), default=list, editable=False)
    used = models.PositiveIntegerField(
        _("used"), default=0, editable=False, help_text=_("On how many conversations it was run.")
    )

    objects = MacroQuerySet.as_manager()

    class Meta(Housed.Meta):
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_has_one_home"),
            models.CheckConstraint(condition=Q(key=None) | Q(key__range=(1, 9)), name="macro_key_is_a_digit"),
        ]

    def __str__(self) -> str:
        return self.name


class Operated(Verbs):
    """The part of a conversation on which macros are run (`Conversation` inherits it)."""

    class Meta:
        abstract = True

    @verb(source=ANY, by_hand=False)
    def run_macro(self, name: str, *, by: Teammate) -> dict[str, Any]:
        """The head of what follows: the steps are verbs of their own, in the same transaction."""
        return {"macro": name}
