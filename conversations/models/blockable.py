"""Customers whose messages are to make no work: what they write is kept, and their conversation stays dropped."""

from typing import Any

from django.utils.translation import gettext as _t

from conversations.models.heard import Heard
from conversations.models.message import Message
from conversations.models.states import ANY, ENDED, State
from monty.errors import VerbNotAllowed
from monty.fsm import Unchanged, verb
from teams.models import Teammate


class Blockable(Heard):
    """The part of a conversation that need not listen (`Conversation` inherits it)."""

    class Meta(Heard.Meta):
        abstract = True

    def settle(self) -> dict[str, Any]:
        raise NotImplementedError

    @verb(source=ANY, target=State.DROPPED, by_hand=False)
    def block(self, *, by: Teammate | None) -> dict[str, Any]:
        """Hear no more of this customer on this channel; they learn nothing of it. The caller holds their identity.

        Only in their latest conversation, so that none of theirs stays live. Raises VerbNotAllowed.
        """
        if self.identity.conversations.filter(pk__gt=self.pk).exists():
            detail = _t("There is a newer conversation with this customer.")
            raise VerbNotAllowed(detail, verb="block", state=self.state, allowed=[])
        if not self.identity.block(True):
            raise Unchanged
        return self.settle()

    @verb(source=ANY, by_hand=False)
    def unblock(self, *, by: Teammate | None) -> None:
        """What they write is work again. What they wrote meanwhile stays where it is."""
        if not self.identity.block(False):
            raise Unchanged

    @verb(source=ENDED, by_hand=False)
    def overhear(self, message: Message, *, by: None, **told: Any) -> dict[str, Any]:
        """A blocked customer wrote `message`, stored in this transaction: nobody is given work by it."""
        return {"message": message, "at": message.at, **told}

    def demand_unblocked(self, verb: str) -> None:
        """Raises VerbNotAllowed."""
        if self.identity.is_blocked:
            raise VerbNotAllowed(blocked(), verb=verb, state=self.state, allowed=[])


def blocked() -> str:
    return _t("This customer is blocked. Unblock them first.")
