"""A copy of the talk by e-mail, for the visitor themselves: only to an address that the website has signed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_app.models import Visitor
from conversations.models import Identity, Message

# The latest so many messages: a mail is no archive.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    who: str
    mine: bool
    text: str
    files: list[str]


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


def lines(identity: Identity) -> list[Line]:
    """What the visitor's own page shows, oldest first."""
    messages = Message.objects.of_identity(identity).public().select_related("author").prefetch_related("attachments")
    return [line(message) for message in reversed(messages.order_by("-pk")[:LONGEST])]


def line(message: Message) -> Line:
    mine = message.is_from_contact
    name = message.author.first_name if message.author else ""
    who = _("You") if mine else name or message.channel.name
    return Line(message.at, who, mine, message.text, [file.name for file in message.attachments.all()])


def mail(visitor: Visitor, said: list[Line]) -> EmailMultiAlternatives:
    channel = visitor.channel
    title = channel.team.name if channel.team else channel.name
    context = {"title": title, "name": visitor.name, "lines": said}
    made = EmailMultiAlternatives(
        # A name with a line break in it would be refused as somebody's header.
        subject=" ".join((_("Your conversation with %(team)s") % {"team": title}).split()),
        body=render_to_string("webchat/transcript/mail.txt", context),
        to=[visitor.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    made.attach_alternative(render_to_string("webchat/transcript/mail.html", context), "text/html")
    return made
