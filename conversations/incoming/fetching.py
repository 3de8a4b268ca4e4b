"""Getting customers' files from their provider: claimed, so that one worker has each; tried again, but not for ever."""

import logging
import random
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.border import File
from channels_app.verdicts import Refused, Verdict
from conversations import media
from conversations.models import Attachment
from monty.errors import MediaRefused

logger = logging.getLogger(__name__)

# How long after each try the next one comes; after the last the file counts as lost. Providers keep files for days.
WAITS = [timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600)]
# Getting the same file twice does no harm, so not knowing is as good as a no.
TRY_AGAIN = {Verdict.RETRY, Verdict.WAIT, Verdict.RECONNECT, Verdict.UNKNOWN}


def fetch(attachment_id: int) -> None:
    """Get a file that is waited for, unless somebody else is at it, and record what became of it."""
    attachment = Attachment.objects.claim(attachment_id)
    if attachment is None:
        return
    try:
        file = fetched(attachment)
    except MediaRefused as error:
        lose(attachment, error.detail)
    except Refused as error:
        if error.verdict in TRY_AGAIN:
            put_off(attachment, error.detail, error.wait)
        else:
            lose(attachment, error.detail)
    except Exception:  # An adapter's own bug. The file may come when it is mended.
        logger.exception("fetching file %s broke off", attachment.pk)
        put_off(attachment, _("Fetching broke off."))
    else:
        keep(attachment, file)


def fetched(attachment: Attachment) -> File:
    """Raises Refused, MediaRefused, and whatever an adapter's bug raises."""
    adapter = attachment.message.conversation.channel.adapter
    return media.received(adapter.fetch_media(attachment.media, settings.MEDIA_INBOUND_MAX_BYTES), attachment.media)


def keep(attachment: Attachment, file: File) -> None:
    # Into the storage before the verb: nothing that is slow happens while it holds the conversation.
    attachment.keep(file)
    if attachment.message.conversation.keep_file(attachment, by=None) is None:
        # The customer took it back meanwhile, or another worker, held for dead, was no slower.
        attachment.discard()


def put_off(attachment: Attachment, reason: str, wait: timedelta | None = None) -> None:
    """Try again later, and later each time; not all files of a provider that stumbled at the same moment."""
    if attachment.tries > len(WAITS):
        lose(attachment, reason)
        return
    pause = wait or WAITS[attachment.tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311  (no secret)
    Attachment.objects.waiting().filter(pk=attachment.pk).update(fetch_at=timezone.now() + pause)


def lose(attachment: Attachment, reason: str) -> None:
    attachment.message.conversation.lose_file(attachment, reason, by=None)
