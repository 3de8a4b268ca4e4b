"""Two contacts that are one person: everything of the one that goes moves to the one that stays; and back.

Locks are taken in the order in which messages come in: identities, conversations, and then the contacts. So what a
customer writes meanwhile waits a moment and is put where it belongs.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.contacts import cards
from conversations.models import Contact, Conversation, Identity, Merge
from monty.errors import BadInput, Forbidden, Overtaken
from teams.models import Teammate

PERMISSION = "conversations.merge_contact"


@dataclass(frozen=True, slots=True)
class Choice:
    """A field on both cards. `differs`: both say something, and not the same, so somebody must choose."""

    field: cards.Field
    stays: Any
    goes: Any

    @property
    def differs(self) -> bool:
        return "" not in (self.stays, self.goes) and self.stays != self.goes


def compared(stays: Contact, goes: Contact) -> list[Choice]:
    """Both cards side by side, without the fields of which neither says anything."""
    rows = [Choice(field, field.read(stays), field.read(goes)) for field in cards.fields()]
    return [row for row in rows if (row.stays, row.goes) != ("", "")]


def merge(stays: Contact, goes: Contact, *, by: Teammate, at: Conversation, take: Collection[str] = ()) -> Merge:
    """Make them one, told in the conversation `at` and in all that are live.

    What the card that stays does not say is taken from the other; where both say something it keeps its own, but for
    the fields named in `take`. Raises Forbidden, BadInput, Overtaken.
    """
    demand_permission(by)
    if stays.pk == goes.pk:
        raise BadInput(_("This is one contact already."), field="other")
    with transaction.atomic():
        held, rows = hold(stays.pk, goes.pk, at=at)
        both = free(stays.pk, goes.pk, held)
        moved = [identity.pk for identity in held.values() if identity.contact_id == goes.pk]
        changed = both[stays.pk].describe(news(both[stays.pk], both[goes.pk], take))
        Identity.objects.filter(pk__in=moved).update(contact=stays)
        Contact.objects.filter(pk=goes.pk).update(merged_into=stays)
        made = Merge.objects.create(stays=stays, goes=goes, by=by, moved=moved, changed=changed)
        tell(Conversation.merge.many, rows, made, by)
    return made


def undo(made: Merge, *, by: Teammate, at: Conversation) -> None:
    """Put everything back. Raises Forbidden, and Overtaken where something has happened since that forbids it."""
    demand_permission(by)
    with transaction.atomic():
        held, rows = hold(made.stays_id, made.goes_id, at=at)
        both = Contact.objects.locked([made.stays_id, made.goes_id])
        # Read anew: another press of the button may have been quicker, or the contact was deleted.
        made = Merge.objects.locked(made.pk) or made
        if obstacle := what_forbids(made, both, held):
            raise Overtaken(obstacle)
        both[made.stays_id].describe(made.before)
        Identity.objects.filter(pk__in=made.moved).update(contact=made.goes_id)
        Contact.objects.filter(pk=made.goes_id).update(merged_into=None)
        made.undone_at, made.undone_by = timezone.now(), by
        made.save(update_fields=["undone_at", "undone_by"])
        tell(Conversation.unmerge.many, rows, made, by)


def demand_permission(by: Teammate) -> None:
    if not by.has_perm(PERMISSION):
        raise Forbidden(_("You may not merge contacts. An administrator can allow it."))


def hold(*contacts: int, at: Conversation) -> tuple[dict[int, Identity], list[Conversation]]:
    """Lock everything these contacts have: their identities, their live conversations and this one."""
    held = Identity.objects.hold_all_of(*contacts)
    return held, list(Conversation.objects.to_tell_of(held, at.pk))


def free(stays: int, goes: int, held: Mapping[int, Identity]) -> dict[int, Contact]:
    """Both contacts, locked. Raises Overtaken if either has been merged, or has got something new, in this moment."""
    both = Contact.objects.locked([stays, goes])
    now = set(Identity.objects.filter(contact__in=[stays, goes]).values_list("pk", flat=True))
    if len(both) < 2 or any(each.merged_into_id for each in both.values()) or now != held.keys():
        raise Overtaken(_("Somebody else has merged one of these contacts in the same moment. Look again."))
    return both


def news(stays: Contact, goes: Contact, take: Collection[str]) -> dict[str, Any]:
    """What the card that stays gets from the other one. Raises BadInput."""
    rows = compared(stays, goes)
    if strange := set(take) - {row.field.name for row in rows}:
        raise BadInput(_("The other contact says nothing about “%(name)s”.") % {"name": min(strange)}, field="take")
    return {row.field.name: row.goes for row in rows if row.goes != "" and (row.stays == "" or row.field.name in take)}


def what_forbids(made: Merge, both: Mapping[int, Contact], held: Mapping[int, Identity]) -> str:
    """Why it cannot be undone any more, in words; "": it can."""
    if made.undone_at:
        return _("This has been undone already.")
    if len(both) < 2:
        return _("One of the two is not there any more.")
    if both[made.stays_id].merged_into_id:
        return _("This contact has been merged with another one since. Undo that first.")
    if any(number not in held or held[number].contact_id != made.stays_id for number in made.moved):
        return _("An address that was moved has become somebody else’s since.")
    known = {field.name: field for field in cards.fields()}
    for each in made.changed:
        field = known.get(each["field"])
        if field is not None and field.read(both[made.stays_id]) != each["after"]:
            return _("“%(field)s” has been changed since.") % {"field": field.label}
    return ""


def tell(verb: Callable[..., Any], rows: list[Conversation], made: Merge, by: Teammate) -> None:
    verb([(row, {"merge": made.pk}) for row in rows], by=by)
