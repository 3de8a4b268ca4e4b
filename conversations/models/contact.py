"""The people who write to us, and their addresses on the channels."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from channels_app.border import Sender, storable
from channels_app.models import Channel, Visitor
from conversations.models.finding import Finds
from conversations.words import Words


class ContactQuerySet(models.QuerySet["Contact"]):
    def who_speak_in(self, conversations: models.QuerySet) -> "ContactQuerySet":
        return self.filter(Exists(conversations.filter(identity__contact=OuterRef("pk"))))


class Contact(models.Model):
    """A customer. One person may have several identities."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    picture = models.FileField(_("picture"), upload_to="contacts/%Y/%m/", blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email or self.phone or str(_("Visitor %(number)s") % {"number": self.pk})

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.display_name.split()[:2]).upper()


class IdentityQuerySet(models.QuerySet["Identity"]):
    def locked(self, channel: Channel, sender: Sender) -> "Identity":
        """The sender's identity, made if new, locked until the transaction ends.

        Holding it puts one contact's messages in order: whoever receives another waits here.
        """
        rows = self.select_for_update(of=("self",), no_key=True).select_related("contact")
        identity = rows.filter(channel=channel, external_id=sender.external_id).first()
        if identity is None:
            self.add(channel, sender)
            identity = rows.get(channel=channel, external_id=sender.external_id)
        return identity

    def named(self, words: Words) -> models.QuerySet:
        """Whose name, e-mail, phone number, user name or id on the channel has these words; ids only."""
        contacts = Contact.objects.filter(Finds("name", "email", "phone", words=words))
        by_name = self.filter(contact__in=contacts).values("pk")
        by_address = self.filter(Finds("username", "external_id", words=words)).values("pk")
        by_alias = Alias.objects.filter(Finds("external_id", words=words)).values("identity")
        return by_name.union(by_address, by_alias, all=True)

    def of_visitor(self, visitor: Visitor) -> "Identity | None":
        """Who the visitor has become by writing; None before that."""
        return self.filter(channel=visitor.channel_id, external_id=visitor.external_id).first()

    def add(self, channel: Channel, sender: Sender) -> None:
        """Two workers may meet a new person at once: the constraint decides, the loser's contact is taken back."""
        # A channel may deliver a name of any length; losing its end is better than losing the message.
        contact = Contact.objects.create(name=storable(sender.name)[:200], email=storable(sender.email)[:254])
        row = Identity(channel=channel, external_id=sender.external_id, contact=contact, verified=sender.verified)
        Identity.objects.bulk_create([row], ignore_conflicts=True)
        Contact.objects.filter(pk=contact.pk, identities__isnull=True).delete()


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

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="identity_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} ({self.channel})"


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
