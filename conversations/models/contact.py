"""The people who write to us, and their addresses on the channels."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import Sender, storable
from channels_app.models import Channel, Visitor
from conversations.models.finding import Finds
from conversations.words import Words

# What a provider told of somebody is asked again after this time, when they write.
PROFILE_LASTS = timedelta(days=30)
# What a card says of everybody, and people may put right.
DESCRIBED = ("name", "email", "phone", "language", "country", "notes")


class ContactQuerySet(models.QuerySet["Contact"]):
    def who_speak_in(self, conversations: models.QuerySet) -> "ContactQuerySet":
        return self.filter(Exists(conversations.filter(identity__contact=OuterRef("pk"))))

    def called(self, words: Words) -> "ContactQuerySet":
        """Whose name, e-mail or phone number has these words."""
        return self.filter(Finds("name", "email", "phone", words=words))

    def like(self, contact: "Contact") -> "ContactQuerySet":
        """Others with the same e-mail address or phone number: perhaps the same person."""
        same = Q(pk=None)
        if contact.email:
            same |= Q(lower_email=contact.email.lower()) & ~Q(email="")
        if contact.phone:
            same |= Q(phone=contact.phone) & ~Q(phone="")
        return self.annotate(lower_email=Lower("email")).filter(same).exclude(pk=contact.pk)

    def locked(self, numbers: Iterable[int]) -> "dict[int, Contact]":
        """By their ids, in whose order they are locked until the transaction ends."""
        rows = self.select_for_update(of=("self",), no_key=True).filter(pk__in=numbers).order_by("pk")
        return {row.pk: row for row in rows}


class Contact(models.Model):
    """A customer. One person may have several identities."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    # What supervisors want to be known besides (`Attribute`), by its key; what is not known is not there.
    attributes = models.JSONField(_("attributes"), default=dict, blank=True, editable=False)
    picture = models.FileField(_("picture"), upload_to="contacts/%Y/%m/", blank=True, editable=False)
    # Whom it turned out to be (`Merge`). It has no identity any more, and nobody sees it unless that is undone.
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        permissions = [
            ("merge_contact", "Can merge contacts, and undo it"),
            ("export_contact", "Can export everything that is known of a contact"),
            ("erase_contact", "Can erase everything that is known of a contact"),
        ]
        indexes = [
            models.Index(Lower("email"), name="contact_by_email", condition=~Q(email="")),
            models.Index(F("phone"), name="contact_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email or self.phone or str(_("Visitor %(number)s") % {"number": self.pk})

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.display_name.split()[:2]).upper()

    @property
    def picture_version(self) -> str:
        """Another one for every picture, so that browsers may keep what they have."""
        return PurePosixPath(str(self.picture.name)).name

    def describe(self, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Write down what is known of them (`cards.cleaned`): what that changed, field by field. The row is locked."""
        columns = {name: value for name, value in facts.items() if name in DESCRIBED}
        own = {name: value for name, value in facts.items() if name not in DESCRIBED}
        was = {name: getattr(self, name) for name in columns} | {name: self.attributes.get(name, "") for name in own}
        kept = {name: value for name, value in {**self.attributes, **own}.items() if value != ""}
        change(self, columns | ({"attributes": kept} if own else {}))
        return [
            {"field": name, "before": was[name], "after": value} for name, value in facts.items() if was[name] != value
        ]

    def keep_picture(self, content: bytes) -> str:
        """Put a new picture into the storage; its name there. The row is not saved yet."""
        if not content:
            return ""
        self.picture.save(uuid.uuid4().hex, ContentFile(content), save=False)
        return str(self.picture.name)

    def learn(self, told: Sender, picture: str) -> bool:
        """Fill in what was not known yet; a new picture takes the place of the old. False if there is no news."""
        known = Contact.objects.get(pk=self.pk)
        news = {"name": "" if known.name else storable(told.name or told.username)[:200]}
        news |= {"phone": "" if known.phone else storable(told.phone)[:40], "picture": picture}
        if picture and known.picture:
            transaction.on_commit(partial(known.picture.delete, save=False))
        return change(self, {name: value for name, value in news.items() if value})


class IdentityQuerySet(models.QuerySet["Identity"]):
    def named(self, words: Words) -> models.QuerySet:
        """Whose name, e-mail, phone number, user name or id on the channel has these words; ids only."""
        contacts = Contact.objects.called(words)
        by_name = self.filter(contact__in=contacts).values("pk")
        by_address = self.filter(Finds("username", "external_id", words=words)).values("pk")
        by_alias = Alias.objects.filter(Finds("external_id", words=words)).values("identity")
        return by_name.union(by_address, by_alias, all=True)

    def spoken_with_in(self, conversations: models.QuerySet) -> "IdentityQuerySet":
        return self.filter(Exists(conversations.filter(identity=OuterRef("pk"))))

    def of_visitor(self, visitor: Visitor) -> "Identity | None":
        """Who the visitor has become by writing; None before that."""
        return self.filter(channel=visitor.channel_id, external_id=visitor.external_id).first()

    def hold(self, identity_id: int) -> None:
        """Lock the row until the transaction ends: their messages wait."""
        self.select_for_update(no_key=True).filter(pk=identity_id).first()

    def hold_all_of(self, *contacts: int) -> "dict[int, Identity]":
        """The same for everything that these contacts have; by their ids, in whose order they are locked."""
        rows = self.select_for_update(no_key=True).filter(contact__in=contacts).order_by("pk")
        return {row.pk: row for row in rows}

    def claim_profile(self, identity_id: int) -> "Identity | None":
        """Take on asking who this is; None if somebody has done so lately."""
        due = Q(profile_at=None) | Q(profile_at__lt=timezone.now() - PROFILE_LASTS)
        if not self.filter(due, pk=identity_id).update(profile_at=timezone.now()):
            return None
        return self.select_related("contact", "channel").get(pk=identity_id)


class Identity(models.Model):
    """A contact's address on one channel: a page-scoped id, a phone number, a visitor."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities", verbose_name=_("contact"))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="identities", verbose_name=_("channel"))
    external_id = models.CharField(_("external id"), max_length=255)
    verified = models.BooleanField(
        _("verified"), default=False, help_text=_("The channel proved who this is; it was not merely claimed.")
    )

    username = models.CharField(_("user name"), max_length=200, blank=True)
    # When the provider was last asked who this is.
    profile_at = models.DateTimeField(_("profile asked"), null=True, blank=True, editable=False)
    # What they write on this channel makes no work.
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True, editable=False)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="identity_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} ({self.channel})"

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    def block(self, block: bool) -> bool:
        """Whether what they write makes work from now on. False if it was so already."""
        return block != self.is_blocked and change(self, {"blocked_at": timezone.now() if block else None})

    @property
    def profile_is_due(self) -> bool:
        return self.profile_at is None or self.profile_at < timezone.now() - PROFILE_LASTS

    def ask_profile_again(self, *, after: timedelta) -> None:
        """The provider did not tell; it may, some time later."""
        Identity.objects.filter(pk=self.pk).update(profile_at=timezone.now() - PROFILE_LASTS + after)

    def learn(self, told: Sender, picture: str) -> bool:
        """Write down what the provider told of its user (`picture`: as stored here). False if there is no news."""
        facts: dict[str, Any] = {"username": storable(told.username)[:200] or self.username}
        facts["verified"] = self.verified or told.verified
        news = {name: value for name, value in facts.items() if value != getattr(self, name)}
        return change(self, news) | self.contact.learn(told, picture)


def change(row: models.Model, news: dict[str, Any]) -> bool:
    """Write these columns of the row and no others; False if there are none."""
    for name, value in news.items():
        setattr(row, name, value)
    return bool(news) and bool(type(row)._base_manager.filter(pk=row.pk).update(**news))


class Alias(models.Model):
    """Another id under which a channel knows the same person (WhatsApp: phone number, business-scoped id)."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("identity"))
    # Repeated from the identity so that the database itself keeps an id from naming two people.
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", editable=False)
    external_id = models.CharField(_("external id"), max_length=255)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="alias_once_per_channel"),
        ]

    def __str__(self) -> str:
        return self.external_id
