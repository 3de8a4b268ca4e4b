"""What is known of a customer, put right by a person, in the order of locks in which their messages come in."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from conversations.contacts import cards
from conversations.models import Conversation, Event, Identity
from teams.models import Teammate


def describe(conversation: Conversation, facts: Mapping[str, Any], *, by: Teammate) -> Event | None:
    """Write down what was typed or sent, field by field; None if it says so already. Raises BadInput.

    The timeline of the conversation tells who changed what.
    """
    fields = cards.fields()
    clean, labels = cards.cleaned(facts, fields), {field.name: field.label for field in fields if field.own}
    with transaction.atomic():
        Identity.objects.hold(conversation.identity_id)
        event: Event | None = conversation.describe(clean, labels, by=by)
        return event
