"""Sending an approved template, from the page and REST alike: which there are to pick from, and how one is sent."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from channels_app.models import Template
from channels_app.models.template import TemplateQuerySet
from conversations.models import Conversation, Message
from conversations.sending import composer
from teams.models import Teammate


def choices(conversation: Conversation) -> TemplateQuerySet:
    """The templates that may be sent in this conversation."""
    return Template.objects.of_channel(conversation.channel).approved()


def send(
    conversation: Conversation,
    template: Template,
    values: Mapping[str, str],
    *,
    by: Teammate,
    client_id: UUID | None = None,
) -> tuple[Message, bool]:
    """Queue a template with its values; True if it is new (the same `client_id` again is the same message).

    Whoever sends one in a conversation that nobody has, has it from then on.
    Raises BadInput, WindowShut, Taken, VerbNotAllowed.
    """
    components, text = template.filled(values)
    with transaction.atomic():
        now = composer.locked(conversation)
        twin = composer.twin_of(conversation, client_id, by=by)
        if twin is not None:
            return twin, False
        # Nobody had it when it was read, or nobody has it now: `pick_up` sees whether somebody was faster.
        if now.is_live and None in (conversation.assignee_id, now.assignee_id):
            conversation.pick_up(by=by)
        return conversation.send_template(template, components, text, by=by, client_id=client_id).message, True
