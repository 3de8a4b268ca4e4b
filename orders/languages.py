"""The customer's language, as far as Monty knows it and speaks it."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from conversations.models import Conversation


def of_customer(conversation: Conversation) -> str:
    """Their card's, else their team's, else the installation's. A code of settings.LANGUAGES."""
    team = conversation.team
    for wanted in (conversation.contact.language, team.language if team else ""):
        if spoken := known(wanted):
            return spoken
    return settings.LANGUAGE_CODE


def known(wanted: str) -> str:
    """The code that Monty has for what stands on a card ("de", "de_AT", "pt-BR"); "" if it speaks nothing like it."""
    try:
        return get_supported_language_variant(wanted.strip().replace("_", "-").lower()) if wanted.strip() else ""
    except LookupError:
        return ""
