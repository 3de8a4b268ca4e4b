"""What a conversation tells of its customer's card, and of who took a copy of what was said."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.contact import Contact, Identity
from conversations.models.states import ANY, ENDED
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Teammate


class Described(Verbs):
    """The part of a conversation that knows whom it is with (`Conversation` inherits it)."""

    forgotten_at = models.DateTimeField(_("forgotten"), null=True, blank=True, editable=False)
    # The other parts'.
    identity: Identity
    last_text: models.CharField

    class Meta:
        abstract = True

    @verb(source=ANY, by_hand=False)
    def describe(self, facts: Mapping[str, Any], labels: Mapping[str, str], *, by: Teammate) -> dict[str, Any]:
        """The contact's card says this from now on (`cards.cleaned`). The caller holds their identity.

        `labels`: what the supervisors' own fields are called today, which is told for ever.
        """
        number = self.identity.contact_id
        changed = Contact.objects.locked([number])[number].describe(facts)
        if not changed:
            raise Unchanged
        return {"changed": changed, "labels": {name: label for name, label in labels.items() if name in facts}}

    @verb(source=ANY, by_hand=False)
    def merge(self, merge: int, *, by: Teammate) -> dict[str, Any]:
        """Its contact has become one with another. The caller has moved everything, and locked everything it moved.

        No names: whoever sees this conversation may not see those of the other one.
        """
        return {"merge": merge}

    @verb(source=ANY, by_hand=False)
    def unmerge(self, merge: int, *, by: Teammate) -> dict[str, Any]:
        """They are two again. The caller has put everything back, and locked it."""
        return {"merge": merge}

    @verb(source=ANY, by_hand=False)
    def export(self, form: str, notes: bool, *, by: Teammate) -> dict[str, Any]:
        """Somebody takes a transcript along (`form`: "txt" or "pdf"), with the team's private notes or without."""
        return {"form": form, "notes": notes}

    @verb(source=ENDED, by_hand=False)
    def forget(self, *, by: Teammate | None) -> None:
        """Nothing of what was said is left; that and when it was stays. `conversations.contacts.care` has emptied it.

        After its time once; whoever erases a customer has it recorded anew, as floors above may know something since.
        """
        if by is None and self.forgotten_at is not None:
            raise Unchanged
        self.forgotten_at, self.last_text = timezone.now(), ""
