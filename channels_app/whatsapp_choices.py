"""Answers to choose from, as WhatsApp shows them: up to three buttons under a text, or the rows of a list. Pure."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import QuickReply

MOST_BUTTONS = 3
# Characters of a text with buttons under it; a list's may be as long as any.
LONGEST_ABOVE_BUTTONS = 1024


def interactive(text: str, offered: Sequence[QuickReply]) -> dict[str, Any]:
    """The content of a message with these answers, of which there is at least one."""
    as_buttons = len(offered) <= MOST_BUTTONS and len(text) <= LONGEST_ABOVE_BUTTONS
    kind, action = ("button", buttons(offered)) if as_buttons else ("list", rows(offered))
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def buttons(offered: Sequence[QuickReply]) -> dict[str, Any]:
    return {"buttons": [{"type": "reply", "reply": {"id": each.payload, "title": each.title}} for each in offered]}


def rows(offered: Sequence[QuickReply]) -> dict[str, Any]:
    """WhatsApp opens the list by a button, which has at most 20 characters."""
    found = [{"id": each.payload, "title": each.title} for each in offered]
    return {"button": _("Choose")[:20], "sections": [{"rows": found}]}
