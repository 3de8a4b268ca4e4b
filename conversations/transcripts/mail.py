"""A copy of the talk by e-mail, for the visitor themselves: only to an address that the website has signed."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_app.models import Visitor
from conversations.models import Identity, Message
from conversations.transcripts.said import Said, said
from monty.letters import letter

# The latest so many messages: a mail is no archive.
LONGEST = 500


def send(visitor: Visitor) -> None:
    """Send it. Where the mail server does not take it, it is due again, and the sweep comes back to it."""
    identity = Identity.objects.of_visitor(visitor)
    if identity is None or not visitor.email_verified:
        return
    team = visitor.channel.team
    try:
        with override((team and team.language) or settings.LANGUAGE_CODE):
            mail(visitor, lines(identity)).send()
    except OSError:  # smtplib's errors are such, too.
        Visitor.objects.filter(pk=visitor.pk, transcript_due=None).update(transcript_due=timezone.now())
        raise


def lines(identity: Identity) -> list[Said]:
    """What the visitor's own page shows, oldest first."""
    messages = Message.objects.of_identity(identity).public().select_related("author").prefetch_related("attachments")
    return [said(message, called(message)) for message in reversed(messages.order_by("-pk")[:LONGEST])]


def called(message: Message) -> str:
    """As the visitor knows its writer."""
    name = message.author.first_name if message.author else ""
    return _("You") if message.is_from_contact else name or message.channel.name


def mail(visitor: Visitor, told: list[Said]) -> EmailMultiAlternatives:
    channel = visitor.channel
    title = channel.team.name if channel.team else channel.name
    context = {"title": title, "name": visitor.name, "lines": told}
    subject = _("Your conversation with %(team)s") % {"team": title}
    return letter(visitor.email, subject, "webchat/transcript/mail", context)
