"""Care for customers' data: what is known of somebody is handed out or erased for good, and old talk is forgotten.

That there was something stays, without a name: figures of the past remain what they were.
"""

from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from channels_app.models import Delivery, Visitor
from conversations.models import (
    Alias,
    Attempt,
    Contact,
    Conversation,
    Draft,
    Identity,
    Merge,
    Scheduled,
    ScheduledFile,
    Upload,
)
from conversations.models.contact import DESCRIBED, change
from conversations.models.states import LIVE
from monty.afterwards import afterwards
from monty.errors import Forbidden
from teams import audit
from teams.models import Deed, Teammate

# Conversations in one go.
AT_ONCE = 200


def may_erase(by: Teammate) -> bool:
    """Somebody may have written to any team, so it is for those who reach every one."""
    return by.oversees and by.has_perm("conversations.erase_contact")


@transaction.atomic
def erase(contact: Contact, *, by: Teammate) -> None:
    """Forget who somebody is, wherever they wrote, and what was said with them. Raises Forbidden.

    Their live conversations are dropped. Files go with the commit; backups and the providers keep what they have. What
    a provider posts of them afterwards is somebody new's.
    """
    if not may_erase(by):
        raise Forbidden(_("You cannot erase contacts."))
    everybody = [contact.pk, *Contact.objects.filter(merged_into=contact).values_list("pk", flat=True)]
    identities = list(Identity.objects.hold_all_of(*everybody).values())
    for row in Conversation.objects.filter(identity__in=identities).select_related("identity").order_by("pk"):
        if row.state in LIVE:
            row.drop(_("The customer was erased"), by=by)
        forget(row, by=by)
    for identity in identities:
        forget_identity(identity)
    forget_card(contact)
    Merge.objects.filter(Q(stays__in=everybody) | Q(goes__in=everybody)).delete()
    Contact.objects.filter(merged_into=contact).delete()
    forget_notes_of_the_admin(Contact, everybody)
    audit.note(Deed.DELETED, contact, by=by, erased=True)


def forget(row: Conversation, *, by: Teammate | None) -> None:
    """Empty an ended conversation for good."""
    row.messages.all().forget()
    Attempt.objects.filter(message__conversation=row).update(detail="")
    Upload.objects.filter(conversation=row).discard()
    ScheduledFile.objects.filter(scheduled__conversation=row).discard()
    Scheduled.objects.filter(conversation=row).delete()
    Draft.objects.filter(conversation=row).delete()
    row.events.all().strip()
    forget_notes_of_the_admin(Conversation, [row.pk])
    row.forget(by=by)


def forget_identity(identity: Identity) -> None:
    """The provider's ids of somebody, and what it posted with them."""
    names = [identity.external_id, *identity.aliases.values_list("external_id", flat=True)]
    for name in filter(None, names):
        Delivery.objects.all().naming(identity.channel, name).delete()
    proved = identity.external_id.removeprefix("user:")
    browsers = Q(uuid__in=[proved]) if is_uuid(proved) else Q(user_id=proved)
    Visitor.objects.filter(browsers, channel=identity.channel).delete()
    Alias.objects.filter(identity=identity).delete()
    nobody = {"external_id": f"erased-{identity.pk}", "username": "", "verified": False}
    Identity.objects.filter(pk=identity.pk).update(**nobody)


def forget_card(contact: Contact) -> None:
    picture = contact.picture
    if picture:
        afterwards(picture.storage.delete, str(picture.name))
    # Also as it was read: whoever writes down next what was done here is not to know a name any more.
    change(contact, {**dict.fromkeys(DESCRIBED, ""), "attributes": {}, "picture": ""})


def forget_notes_of_the_admin(model: type[Contact | Conversation], numbers: list[int]) -> None:
    """The admin's own history calls things by their names."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(number) for number in numbers]).delete()


def forget_talks(rows: QuerySet[Conversation]) -> int:
    """Some of these. Each in a transaction of its own: a customer who writes right now waits for one at most."""
    forgotten = 0
    for old in rows[:AT_ONCE]:
        with transaction.atomic():
            Identity.objects.hold(old.identity_id)
            # Somebody may have written there since it was read.
            if row := rows.filter(pk=old.pk).first():
                forget(row, by=None)
                forgotten += 1
    return forgotten


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
