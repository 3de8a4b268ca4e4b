"""Messages to a customer as the provider tells of them: Monty's own coming back, and those written somewhere else."""

from django.db import transaction
from django.utils.translation import gettext as _

from channels_app.border import Echo
from channels_app.models import Channel
from conversations.incoming import early, people
from conversations.incoming.arrivals import Arrival, clamped, store
from conversations.models import Author, Conversation, Identity, Message, Status
from conversations.models.conversation import Beginning


def take(channel: Channel, echo: Echo) -> None:
    """Monty's own message is confirmed by it; another program's is shown with the rest."""
    with transaction.atomic():
        identity = people.meet(channel, [echo.recipient])[echo.recipient.external_id]
        message = ours(channel, echo, identity)
        if message is None:
            message = keep(channel, echo, identity)
        elif not message.external_id:
            Message.objects.know_as(message, echo.external_id)
            message.external_id = echo.external_id
    message.conversation.deliver([message], Status.SENT, by=None)
    early.settle(message)


def ours(channel: Channel, echo: Echo, identity: Identity) -> Message | None:
    """The message that comes back: by its id here or there; else what is just on its way with these very words, for
    not every provider gives back what was sent along.
    """
    known = Message.objects.of_provider(channel, [echo.external_id])
    if known:
        return known[echo.external_id]
    nameless = Message.objects.without_id(channel).of_identity(identity).select_related("conversation")
    if echo.ours is not None and (named := nameless.filter(pk=echo.ours).first()):
        return named
    return nameless.unconfirmed().filter(text=echo.text).first()


def keep(channel: Channel, echo: Echo, identity: Identity) -> Message:
    """Somebody wrote with another program than Monty: it waits for nothing, and nobody is given work by it."""
    conversation = place_of(identity, echo)
    facts = {"author_kind": Author.TEAMMATE, "status": Status.SENT, "elsewhere": True}
    row = store(channel, [Arrival(echo, conversation)], **facts)[0]
    conversation.echo(row.message, by=None, **row.facts)
    return row.message


def place_of(identity: Identity, echo: Echo) -> Conversation:
    """The person's live conversation, else their latest; for somebody who never wrote a new one, which has ended."""
    current = Conversation.objects.current_of([identity]).get(identity.pk)
    if current is not None:
        return current
    new = Conversation.start_all([Beginning(identity, clamped(echo.at))], by=None)[0]
    new.drop(_("Written with another program"), by=None)
    return new
