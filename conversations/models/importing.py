"""Files of contacts or conversations from another program: how far each has come, and what of it was refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from monty.afterwards import afterwards
from monty.errors import Overtaken

# A worker touches its import every few seconds; one that was not touched for so long has lost its worker.
ABANDONED = timedelta(seconds=30)
# They hold what customers said of themselves.


class ImportKind(models.TextChoices):
    CONTACTS = "contacts", _("Contacts")
    HISTORY = "history", _("Conversations")


class ImportState(models.TextChoices):
    LOOKING = "looking", _("Being looked at")
    LOOKED = "looked", _("Looked at")
    BROKEN = "broken", _("Cannot be read")
    WORKING = "working", _("Under way")
    DONE = "done", _("Done")


# A worker has something to do.
UNDER_WAY = [ImportState.LOOKING, ImportState.WORKING]


class ImportQuerySet(models.QuerySet["Import"]):
    def under_way(self) -> "ImportQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def locked(self, pk: int, state: str) -> "Import | None":
        """If it is still in this state, locked until the transaction ends: one worker at a time."""
        rows = self.select_for_update(of=("self",), no_key=True).select_related("channel__team", "by")
        return rows.filter(pk=pk, state=state).first()

    def abandoned(self) -> "ImportQuerySet":
        return self.under_way().filter(touched_at__lt=timezone.now() - ABANDONED)

    def forgettable(self, before: datetime) -> "ImportQuerySet":
        return self.filter(touched_at__lt=before).order_by("touched_at")

    def discard(self) -> None:
        """For good: the rows, and with the commit the files."""
        for row in self:
            row.drop_file()
        self.delete()


class Import(models.Model):
    """It is looked at first; whoever brought it sees what would come of it, and then has it carried out, or not."""

    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind.choices, default=ImportKind.CONTACTS)
    channel = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("channel"),
        help_text=_("On which these customers write: by their id there Monty knows them when they write next."),
    )
    inbox = models.PositiveIntegerField(
        _("Chatwoot inbox"),
        null=True,
        blank=True,
        help_text=_("Its number, if the file has several of Chatwoot's inboxes: all others are left out."),
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    name = models.CharField(_("file"), max_length=200, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.LOOKING, editable=False
    )
    # Why it cannot be read.
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    # In contacts or conversations: how many there are, and how many of them this pass has behind it.
    total = models.PositiveIntegerField(_("total"), default=0, editable=False)
    place = models.PositiveIntegerField(_("done"), default=0, editable=False)
    new = models.PositiveIntegerField(_("new"), default=0, editable=False)
    known = models.PositiveIntegerField(_("known"), default=0, editable=False)
    wrong = models.PositiveIntegerField(_("refused"), default=0, editable=False)
    # Of a CSV; a JSON has none.
    columns = models.JSONField(default=list, editable=False)
    # The first ones as they will be, cell by cell; and names in the file that mean nothing here, by what they are.
    sample = models.JSONField(default=list, editable=False)
    left_out = models.JSONField(default=dict, editable=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["touched_at"], name="import_touched")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ImportKind.values), name="import_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.channel}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def brings_something(self) -> bool:
        """Of contacts that are known, what was not known of them yet."""
        return self.new > 0 or (self.kind == ImportKind.CONTACTS and self.known > 0)

    def allowed_verbs(self) -> list[str]:
        """What whoever brought it may do with it now."""
        begin = ["begin"] if self.state == ImportState.LOOKED and self.brings_something else []
        return [*begin, "drop"] if self.state in (ImportState.LOOKED, ImportState.BROKEN) else []

    def begin(self) -> None:
        """Carry out what was looked at, from its first line. Raises Overtaken."""
        anew = {"place": 0, "new": 0, "known": 0, "wrong": 0, "touched_at": timezone.now()}
        looked = Import.objects.filter(pk=self.pk, state=ImportState.LOOKED)
        if not looked.update(state=ImportState.WORKING, **anew):
            raise Overtaken(_t("This import is under way, or is over."))
        self.refused.all().delete()

    def drop(self) -> None:
        """Nothing of it is wanted, and nothing of it was taken in. Raises Overtaken."""
        idle = Import.objects.filter(pk=self.pk, state__in=[ImportState.LOOKED, ImportState.BROKEN])
        if not idle.exists():
            raise Overtaken(_t("This import is under way, or is over."))
        idle.discard()

    def break_off(self, problem: str) -> None:
        self.drop_file()
        facts = {"problem": problem[:300], "touched_at": timezone.now(), "finished_at": timezone.now()}
        Import.objects.filter(pk=self.pk).under_way().update(state=ImportState.BROKEN, **facts)

    def drop_file(self) -> None:
        """With the commit. The row goes on telling what it was called."""
        afterwards(self.file.storage.delete, str(self.file.name))


class Problem(NamedTuple):
    """What is wrong in a file: in which line, in which column ("": in none alone), and what was expected there."""

    line: int
    column: str
    sentence: str


class RefusedItem(models.Model):
    """A contact or conversation of the file that was not taken: its lines as they were, and what is wrong with them."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refused", verbose_name=_("import"))
    lines = models.JSONField(_("lines"), default=list)
    problems = models.JSONField(_("problems"), default=list)

    class Meta:
        verbose_name = _("refused part of an import")
        verbose_name_plural = _("refused parts of imports")

    def __str__(self) -> str:
        return f"{self.run_id}: {self.lines[0][0] if self.lines else ''}"

    @property
    def told(self) -> Iterator[Problem]:
        return (Problem(*each) for each in self.problems)

    def of_line(self, number: int) -> str:
        """What is wrong with one of its lines, in one cell."""
        mine = (each for each in self.told if each.line == number)
        return "; ".join(f"{each.column}: {each.sentence}" if each.column else each.sentence for each in mine)

    def rows(self) -> Iterator[tuple[int, dict[str, Any], str]]:
        """Number, content and problem of each of its lines."""
        return ((number, says, self.of_line(number)) for number, says in self.lines)
