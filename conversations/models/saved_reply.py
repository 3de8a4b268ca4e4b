"""Saved replies: answers written once, found by a short word, with variables and files."""

from collections.abc import Iterable

from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from conversations.models.housed import Housed, HousedQuerySet
from conversations.models.stored_file import StoredFile, StoredFileQuerySet

# Characters of a reply; what a channel takes less of is refused when it is sent.
LIMIT = 10_000


class SavedReplyQuerySet(HousedQuerySet):
    def by_use(self) -> "SavedReplyQuerySet":
        """What is used most stands first."""
        return self.order_by("-used", "title", "pk")

    def complete(self) -> "SavedReplyQuerySet":
        """With team and files, in one query more."""
        return self.select_related("team").prefetch_related("files")

    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of their files."""
        with transaction.atomic():
            SavedFile.objects.filter(reply__in=self.values("pk")).discard()
            self.delete()


class SavedReply(Housed):
    """A team's, everybody's, or somebody's own."""

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

    class Meta(Housed.Meta):
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
    def contents(self) -> tuple[File, ...]:
        """Its files as an answer carries them."""
        return tuple(each.content for each in self.files.all())

    def attach(self, files: Iterable[File]) -> None:
        for file in files:
            SavedFile.store(file, reply=self)


class SavedFile(StoredFile):
    """A file that goes along with a saved reply."""

    folder = "saved"

    reply = models.ForeignKey(SavedReply, on_delete=models.CASCADE, related_name="files", verbose_name=_("saved reply"))

    objects = StoredFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a saved reply")
        verbose_name_plural = _("files of saved replies")
