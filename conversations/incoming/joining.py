"""Identities that turn out to be one person's become one, with everything that was said."""

from collections import ChainMap
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Alias, Contact, Conversation, Identity
from conversations.models.contact import DESCRIBED
from monty.errors import BadInput


def join(identities: list[Identity]) -> Identity:
    """The oldest of them, with what all had; the others are gone. The caller holds their locks.

    Of several live conversations the newest goes on, so that it stays the latest when it has ended, too.
    """
    first, *others = sorted(identities, key=lambda row: row.pk)
    if not others:
        return first
    *doubles, last = [*Conversation.objects.live_of(identities)] or [None]
    for double in doubles:
        unite(last, double)
    Conversation.objects.filter(identity__in=others).update(identity=first)
    Alias.objects.filter(identity__in=others).update(identity=first)
    Identity.objects.filter(pk__in=[row.pk for row in others]).delete()
    Alias.objects.bulk_create(
        (Alias(identity=first, channel_id=row.channel_id, external_id=row.external_id) for row in others),
        ignore_conflicts=True,
    )
    if any(row.is_blocked for row in others):
        first.block(True)
    merge_cards(first.contact, [row.contact for row in others])
    return first


def unite(kept: Conversation, double: Conversation) -> None:
    """One live conversation with what was said in both, and with somebody who has it, if either had."""
    teammate = double.assignee
    kept.join(double, by=None)
    double.drop(_("The same customer as in #%(number)s") % {"number": kept.pk}, by=None)
    if kept.assignee is None and teammate is not None:
        with suppress(BadInput):  # They no longer work here.
            kept.assign_to(teammate, by=None)


def merge_cards(card: Contact, others: list[Contact]) -> None:
    """What the first card does not say is taken from the others, which go unless they are needed elsewhere."""
    news: dict[str, Any] = {
        name: value
        for name in (*DESCRIBED, "picture")
        if not getattr(card, name) and (value := next(filter(None, (getattr(each, name) for each in others)), ""))
    }
    attributes = ChainMap(card.attributes, *(each.attributes for each in others))
    if len(attributes) > len(card.attributes):
        news["attributes"] = dict(attributes)
    for name, value in news.items():
        setattr(card, name, value)
    if news:
        Contact.objects.filter(pk=card.pk).update(**news)
    Contact.objects.filter(pk__in=[each.pk for each in others], identities__isnull=True).delete()
