"""Saved replies: answers written once, found by a short word, with variables and files."""

import uuid
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from teams.models import Membership, Team, Teammate

# Characters of a reply; what a channel takes less of is refused when it is sent.
LIMIT = 10_000
# Files of one reply, as many as an answer over REST may carry.
MOST_FILES = 10


class SavedReplyQuerySet(models.QuerySet["SavedReply"]):
    def shared(self) -> "SavedReplyQuerySet":
        return self.filter(owner=None)

    def of(self, teammate: Teammate) -> "SavedReplyQuerySet":
        return self.filter(owner=teammate)

    def visible_to(self, teammate: Teammate) -> "SavedReplyQuerySet":
        """Everybody's, those of my teams (whoever oversees: of every team), and my own."""
        if teammate.oversees:
            return self.filter(Q(owner=None) | Q(owner=teammate))
        teams = Membership.objects.filter(teammate=teammate).values("team")
        return self.filter(Q(owner=None, team=None) | Q(team__in=teams) | Q(owner=teammate))

    def by_use(self) -> "SavedReplyQuerySet":
        """What is used most stands first."""
        return self.order_by("-used", "title", "pk")

    def complete(self) -> "SavedReplyQuerySet":
        """With team and files, in one query more."""
        return self.select_related("team").prefetch_related("files")

    def count_use(self, reply_id: int) -> None:
        """One more answer was sent with it: counted by the database, so that of two at once none is lost."""
        self.filter(pk=reply_id).update(used=F("used") + 1)

    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of their files."""
        with transaction.atomic():
            SavedFile.objects.filter(reply__in=self.values("pk")).discard()
            self.delete()


class SavedReply(models.Model):
    """A team's, everybody's (neither owner nor team), or somebody's own."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Empty: for everybody."),
    )
    shortcut = models.SlugField(
        _("shortcut"),
        max_length=40,
        allow_unicode=True,
        db_index=False,
        help_text=_("What is typed after the slash: /hello"),
    )
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(
        _("text"), validators=[MaxLengthValidator(LIMIT)], help_text=_("Variables are filled in when it is chosen.")
    )
    used = models.PositiveIntegerField(
        _("used"), default=0, editable=False, help_text=_("How many answers were sent with it.")
    )

    objects = SavedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="saved_reply_has_one_home"),
            models.UniqueConstraint(
                fields=["owner", "shortcut"], condition=Q(owner__isnull=False), name="saved_reply_once_per_owner"
            ),
            models.UniqueConstraint(
                fields=["team", "shortcut"], condition=Q(team__isnull=False), name="saved_reply_once_per_team"
            ),
            models.UniqueConstraint(
                fields=["shortcut"], condition=Q(owner=None, team=None), name="saved_reply_once_for_everybody"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def of_whom(self) -> str:
        """Whose it is, for whoever sees it."""
        return self.team.name if self.team else str(_("Mine") if self.owner_id else _("Everybody"))

    @property
    def contents(self) -> tuple[File, ...]:
        """Its files as an answer carries them."""
        return tuple(each.content for each in self.files.all())

    def attach(self, files: Iterable[File]) -> None:
        for file in files:
            SavedFile.store(self, file)


class SavedFileQuerySet(models.QuerySet["SavedFile"]):
    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of them."""
        for row in self:
            for stored in filter(None, (row.file, row.thumbnail)):
                transaction.on_commit(partial(stored.storage.delete, str(stored.name)), robust=True)
        self.delete()


class SavedFile(models.Model):
    """A file that goes along with a saved reply. An answer gets a copy, so that it stays what was sent."""

    reply = models.ForeignKey(SavedReply, on_delete=models.CASCADE, related_name="files", verbose_name=_("saved reply"))
    file = models.FileField(_("file"), upload_to="saved/%Y/%m/")
    thumbnail = models.FileField(_("thumbnail"), upload_to="saved/%Y/%m/", blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)

    objects = SavedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a saved reply")
        verbose_name_plural = _("files of saved replies")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def store(cls, reply: SavedReply, file: File) -> None:
        row = cls(reply=reply, name=file.name[:200], content_type=file.content_type, size=len(file.content))
        row.width, row.height = file.width, file.height
        # On disk it has no name of its own choosing.
        row.file.save(uuid.uuid4().hex, ContentFile(file.content), save=False)
        if file.thumbnail:
            row.thumbnail.save(uuid.uuid4().hex, ContentFile(file.thumbnail), save=False)
        row.save()

    @property
    def content(self) -> File:
        thumbnail = read(self.thumbnail) if self.thumbnail else b""
        return File(self.name, read(self.file), self.content_type, self.width, self.height, thumbnail)


def read(stored: models.fields.files.FieldFile) -> bytes:
    with stored.open() as content:
        return bytes(content.read())
