"""A queued message as an adapter gets it: plain facts, asked of the window once more at the last moment."""

from django.utils.translation import gettext as _

from channels_app.border import Outbound, Outfile, QuickReply, Template
from channels_app.verdicts import Refused, Verdict
from conversations.files import public_link
from conversations.models import Attachment, Author, Conversation, Message
from conversations.window import Reply


def outbound(conversation: Conversation, message: Message) -> Outbound:
    """Raises WindowShut."""
    policy = conversation.demand_passage(message)
    identity = conversation.identity
    return Outbound(
        id=message.pk,
        recipient=identity.external_id,
        also=tuple(alias.external_id for alias in identity.aliases.all()),
        text=message.text,
        file=next((outfile(each) for each in message.attachments.all()), None),
        reply_to=message.reply_to.external_id if message.reply_to else "",
        tagged=policy.reply == Reply.HUMAN_ONLY and message.author_kind == Author.TEAMMATE,
        template=Template(**message.template) if message.template else None,
        quick_replies=tuple(QuickReply(**each) for each in message.details.get("quick_replies", [])),
    )


def outfile(attachment: Attachment) -> Outfile:
    return Outfile(
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        read=lambda: content(attachment),
        link=lambda: public_link(attachment),
    )


def content(attachment: Attachment) -> bytes:
    """Raises Refused: a storage may fail like a provider, and nothing has been sent then."""
    try:
        with attachment.file.open() as stored:
            return bytes(stored.read())
    except Exception as error:  # Each storage has errors of its own.
        raise Refused(Verdict.RETRY, _("The file could not be read."), code="file") from error
