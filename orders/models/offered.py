"""An order between the agent and the customer: what the customer sees, and says to it."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput, Overtaken
from monty.fsm import Unchanged, verb
from orders.models.states import OPEN, OrderState
from orders.models.stocked import Stocked
from teams.models import Teammate


class Offered(Stocked):
    """The part of an order that the customer has a say in (`Order` inherits it)."""

    # Counts every change, so that nobody changes or confirms what they have not seen.
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    sent_at = models.DateTimeField(_("sent to the customer"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed by the customer"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def demand_seen(self, seen: int | None) -> None:
        if seen is not None and seen != self.revision:
            raise Overtaken(_t("The order has been changed meanwhile."), revision=self.revision)

    @verb(source=OPEN)
    def send(self, *, by: Teammate | None) -> None:
        """The customer gets to see it, as it is now. Raises BadInput if there is nothing in it."""
        self.demand_lines(list(self.lines.all()))
        self.sent_at = timezone.now()

    @verb(source=OPEN, target=OrderState.PLACED, by_hand=False)
    def confirm(self, *, seen: int, by: None) -> None:
        """The customer says yes to what they see, which places a draft. Raises as `place` does."""
        self.demand_seen(seen)
        if self.confirmed_at is not None:
            raise Unchanged
        self.confirmed_at = timezone.now()
        if self.state == OrderState.DRAFT:
            self.book()

    @verb(source=OPEN, by_hand=False)
    def request_change(self, text: str, *, by: None) -> dict[str, Any]:
        """The customer wants it otherwise: said in the thread, nothing else. Raises BadInput."""
        if not text.strip():
            raise BadInput(_t("Say what is to be changed."), field="text")
        return {"text": text.strip()[:1000]}
