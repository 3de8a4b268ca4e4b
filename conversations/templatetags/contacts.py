"""How the pages about contacts write what stands on two cards."""

from django import template

from conversations.contacts.merging import Choice
from conversations.models import Contact

register = template.Library()


@register.filter
def side_of(choice: Choice, contact: Contact) -> str:
    """What this contact's card says in the field, as people read it."""
    return choice.field.shown(choice.field.read(contact))
