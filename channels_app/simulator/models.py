"""What the simulated providers hold: people, their chats in the order of acceptance, files, and webhooks to post."""

import math
import random
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from channels_app.simulator.providers import PROVIDERS, Provider

# How long an address of a file is good.
LINK_LASTS = timedelta(minutes=5)
# X: how long an upload may be sent.
UPLOAD_LASTS = timedelta(hours=24)
LINK_SALT = "simulator.media"
# What is held back leaves together, at the next full so many seconds.
HELD = 3
# A poster that holds an account longer is dead.
POSTING_LASTS = timedelta(minutes=1)


class AccountQuerySet(models.QuerySet["Account"]):
    def of(self, channel: Channel) -> "Account":
        return self.select_related("channel").get_or_create(channel=channel)[0]

    def with_something_to_do(self) -> "AccountQuerySet":
        """Webhooks are due, or the address has yet to prove itself; a refused handshake is asked for once a minute."""
        now = timezone.now()
        due = Exists(Hook.objects.filter(account=OuterRef("pk"), posted_at=None, due_at__lte=now))
        free = Q(posting_since=None) | Q(posting_since__lt=now - POSTING_LASTS)
        return self.filter(free & (Q(verified_at=None) | due), channel__active=True)


class Account(models.Model):
    """A channel's account at its provider, and how the provider misbehaves towards it."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="+")
    # The webhook address has proved itself; nothing is posted before.
    verified_at = models.DateTimeField(null=True, blank=True)
    posting_since = models.DateTimeField(null=True, blank=True)

    # Webhooks
    duplicate = models.BooleanField(_("Every webhook comes twice"), default=False)
    shuffle = models.BooleanField(_("Out of order"), default=False)
    batch = models.BooleanField(_("Many in one"), default=False)
    forge = models.BooleanField(_("Signed with a wrong secret"), default=False)
    delay = models.PositiveSmallIntegerField(_("Late, by seconds"), default=0)
    links_dead = models.BooleanField(_("Links to files have expired"), default=False)
    # Answers to what Monty sends: a key of `faults`, how often of a hundred calls, for how many more calls.
    fault = models.CharField(_("Sending is answered by"), max_length=40, blank=True)
    fault_share = models.PositiveSmallIntegerField(_("Of a hundred messages"), default=100)
    fault_left = models.PositiveSmallIntegerField(_("Only for the next so many"), null=True, blank=True)
    # Seconds; longer than Monty's patience (channels_app.http.TIMEOUT).
    hang = models.PositiveSmallIntegerField(default=35)

    objects = AccountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.channel)

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.channel.kind](self.channel.external_id)

    @property
    def misbehaves(self) -> bool:
        return any((self.duplicate, self.shuffle, self.batch, self.forge, self.delay, self.links_dead, self.fault))

    def claim_posting(self) -> bool:
        """Whether it is ours to post for this account now: one poster at a time, so that order means something."""
        now = timezone.now()
        free = Q(posting_since=None) | Q(posting_since__lt=now - POSTING_LASTS)
        return Account.objects.filter(free, pk=self.pk).update(posting_since=now) == 1

    def hold_posting(self) -> None:
        Account.objects.filter(pk=self.pk).update(posting_since=timezone.now())

    def release_posting(self) -> None:
        Account.objects.filter(pk=self.pk).update(posting_since=None)

    def draw_fault(self) -> str:
        """The key of the fault that strikes this call; "" for none."""
        if not self.fault or random.randrange(100) >= self.fault_share:  # noqa: S311
            return ""
        if self.fault_left is None:
            return self.fault
        struck = Account.objects.filter(pk=self.pk, fault_left__gt=0).update(fault_left=F("fault_left") - 1)
        return self.fault if struck else ""

    def due_at(self) -> datetime:
        """When something that happens now is posted."""
        at = timezone.now() + timedelta(seconds=self.delay)
        if not (self.shuffle or self.batch):
            return at
        return datetime.fromtimestamp(math.ceil(at.timestamp() / HELD) * HELD, tz=at.tzinfo)


class Person(models.Model):
    """Somebody with an account at the provider. `phone` and `username` are known on WhatsApp and X only."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="people")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    username = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # One of the few who are always there.
    cast = models.BooleanField(default=False)
    wrote_at = models.DateTimeField(null=True, blank=True)
    # The business shows that it types, until then; and has read up to this message.
    sees_typing_until = models.DateTimeField(null=True, blank=True)
    read_up_to = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["-cast", F("wrote_at").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="person_once_per_account"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hue(self) -> int:
        """One of the seven colours of faces, always the same for the same person."""
        return sum(map(ord, self.name)) % 7 + 1

    @property
    def sees_typing(self) -> bool:
        return self.sees_typing_until is not None and self.sees_typing_until > timezone.now()

    def wrote_within(self, time: timedelta) -> bool:
        return self.wrote_at is not None and self.wrote_at > timezone.now() - time


class Media(models.Model):
    """A file at the provider: sent by a customer or uploaded by the business."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="media")
    external_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    content = models.FileField(upload_to="simulator/")
    size = models.PositiveBigIntegerField(default=0)
    # X: a chunked upload whose parts have not all come.
    open = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def family(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def link(self) -> str:
        """An address that is good for five minutes."""
        token = signing.dumps(self.pk, salt=LINK_SALT)
        return f"{settings.PUBLIC_URL}/demo/providers/media/{token}/{quote(self.name or 'file')}"

    def read(self) -> bytes:
        with self.content.open("rb") as file:
            return bytes(file.read())

    def keep(self, content: bytes) -> None:
        self.size = len(content)
        self.content.save(self.external_id, ContentFile(content), save=False)


class SaidQuerySet(models.QuerySet["Message"]):
    def accepted(self) -> "SaidQuerySet":
        """What the provider took from Monty, in the order in which it did."""
        return self.filter(from_customer=False, elsewhere=False).order_by("pk")

    def unread(self) -> "SaidQuerySet":
        return self.filter(from_customer=False, status__in=["sent", "delivered"])


class Message(models.Model):
    """A line of a chat as the provider holds it. The primary key is the order of acceptance."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    external_id = models.CharField(max_length=255)
    from_customer = models.BooleanField()
    # The business wrote it at the provider's own desk, not through Monty.
    elsewhere = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, default="text")
    text = models.TextField(blank=True)
    media = models.ForeignKey(Media, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Where the provider still has to fetch the file.
    link = models.TextField(blank=True)
    # location, contacts, buttons (a list of title, payload), pressed (title, payload), template
    details = models.JSONField(default=dict, blank=True)
    reply_to = models.CharField(max_length=255, blank=True)
    # What Monty sent along and gets back (metadata, biz_opaque_callback_data).
    ours = models.CharField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, default="sent")
    # What the other side set on it.
    reaction = models.CharField(max_length=40, blank=True)
    edits = models.PositiveSmallIntegerField(default=0)
    unsent = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    objects = SaidQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="message_once_per_account"),
        ]
        indexes = [models.Index(fields=["person", "id"], name="chat_of_person")]

    def __str__(self) -> str:
        return self.text or self.kind


class Hook(models.Model):
    """One thing that happened, waiting to be posted to Monty in a webhook."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="hooks")
    item = models.JSONField()
    due_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(posted_at=None), name="hook_due")]

    def __str__(self) -> str:
        return f"#{self.pk}"
