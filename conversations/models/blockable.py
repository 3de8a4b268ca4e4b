"""Customers whose messages are to make no work: what they write is kept, and their conversation stays dropped."""

from typing import Any

from django.utils.translation import gettext as _t

from conversations.models.brought import Brought
from conversations.models.message import Message
from conversations.models.states import ANY, ENDED, State
from monty.errors import VerbNotAllowed
from monty.fsm import Unchanged, verb
from teams.models import Teammate


class Blockable(Brought):
    """The part of a conversation that need not listen (`Conversation` inherits it)."""

    class Meta(Brought.Meta):
        abstract = True

    def settle(self) -> dict[str, Any]:
        raise NotImplementedError

    @verb(source=ANY, target=State.DROPPED, by_hand=False)
    def block(self, *, by: Teammate | None) -> dict[str, Any]:
        """Hear no more of this customer on this channel; they learn nothing of it. The caller holds their identity.

        Only in their latest conversation, so that none of theirs stays live. Raises VerbNotAllowed.
        """
        self.demand_latest("block")
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
        """A customer who is blocked, or whom a bot asked after the end, wrote `message`, stored in this transaction.

        Nobody is given work by it.
        """
        if self.bot:
            self.hear(message)
        return {"message": message, "at": message.at, **told}

    def demand_unblocked(self, verb: str) -> None:
        """Raises VerbNotAllowed."""
        if self.identity.is_blocked:
            raise VerbNotAllowed(blocked(), verb=verb, state=self.state, allowed=[])


def blocked() -> str:
    return _t("This customer is blocked. Unblock them first.")
