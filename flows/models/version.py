"""Versions of a flow: one draft, and those that were published. Whoever is in one stays in it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from flows.document import EMPTY, Document
from flows.problems import Problem, errors, of_shape, problems
from monty.errors import MontyError
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Teammate

if TYPE_CHECKING:
    pass


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Wrong(MontyError):
    """The document cannot be taken so; `problems` name their nodes."""

    code = "invalid_flow"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(each.text for each in problems), problems=[each.as_json for each in problems])


class SomebodyEdited(MontyError):
    """The draft is not any more what its writer began with."""

    status = HTTPStatus.CONFLICT
    code = "somebody_edited"


class FlowVersionQuerySet(models.QuerySet["FlowVersion"]):
    def drafts(self) -> "FlowVersionQuerySet":
        return self.filter(state=VersionState.DRAFT)

    def published(self) -> "FlowVersionQuerySet":
        return self.filter(state=VersionState.PUBLISHED)


def no_document() -> dict[str, Any]:
    return dict(EMPTY)


class FlowVersion(Verbs):
    flow = models.ForeignKey("Flow", on_delete=models.CASCADE, related_name="versions", verbose_name=_("flow"))
    number = models.PositiveIntegerField(_("number"), editable=False)
    state = FSMField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT, editable=False
    )
    document = models.JSONField(_("document"), default=no_document)
    edited_at = models.DateTimeField(_("edited"), default=timezone.now, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("edited by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )

    objects = FlowVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="version_number_once_in_a_flow"),
            models.UniqueConstraint(fields=["flow"], condition=Q(state=VersionState.DRAFT), name="one_draft_in_a_flow"),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="version_state_known"),
        ]

    def __str__(self) -> str:
        return _t("%(flow)s, version %(number)s") % {"flow": self.flow, "number": self.number}

    @classmethod
    def for_change(cls) -> models.QuerySet:
        return super().for_change().select_related("flow")

    @verb(source=[VersionState.DRAFT], by_hand=False)
    def edit(self, document: Any, *, by: Teammate | None, over: datetime | None = None) -> None:
        """Keep another document, finished or not; only its shape must be right.

        `over`: when the one was edited that this one was made of (None: whichever is there). Raises Wrong,
        SomebodyEdited.
        """
        if wrong := list(of_shape(document)):
            raise Wrong(wrong)
        if document == self.document:
            raise Unchanged
        self.demand_unedited(over)
        self.document, self.edited_at, self.edited_by = document, timezone.now(), by

    @verb(source=[VersionState.DRAFT], target=VersionState.PUBLISHED)
    def publish(self, *, by: Teammate | None, over: datetime | None = None) -> None:
        """From now on customers begin with it. `over`: as for `edit`. Raises Wrong, which names the nodes, and
        SomebodyEdited.
        """
        self.demand_unedited(over)
        if wrong := errors(self.document, self.flow.surroundings):
            raise Wrong(wrong)
        self.published_at, self.published_by = timezone.now(), by

    @verb(source=[VersionState.DRAFT, VersionState.PUBLISHED], target=VersionState.ARCHIVED)
    def archive(self, *, by: Teammate | None) -> None:
        """Nobody begins with it any more; whoever is in it comes to its end. The one before it counts again."""

    def check_document(self, document: Any) -> list[Problem]:
        """What is wrong with it by the rules of publishing, were it this one's."""
        return problems(document, self.flow.surroundings)

    @property
    def open_problems(self) -> list[Problem]:
        """Of a draft. What is published had none that counts."""
        return self.check_document(self.document) if self.state == VersionState.DRAFT else []

    def compared_with(self, number: int | None) -> "FlowVersion | None":
        """Another version of its flow: the one of this number, or the one before it."""
        others = self.flow.versions.exclude(pk=self.pk)
        chosen = others.filter(number__lt=self.number) if number is None else others.filter(number=number)
        return chosen.order_by("-number").first()

    def demand_unedited(self, since: datetime | None) -> None:
        """Raises SomebodyEdited."""
        if since is not None and since != self.edited_at:
            who = self.edited_by.name if self.edited_by else _t("Somebody")
            raise SomebodyEdited(_t("%(name)s changed this draft meanwhile.") % {"name": who})

    def record(self, verb: str, *, by: Any, was: dict[str, Any], **data: Any) -> "FlowVersion":
        # The row itself says who did what; the admin's log says the rest.
        return self

    @classmethod
    def write(cls, records: "Sequence[FlowVersion]") -> None:
        for flows in {type(each.flow) for each in records}:
            flows.objects.mark_channels()

    @property
    def is_current(self) -> bool:
        return self.state == VersionState.PUBLISHED and self.flow.current == self

    @property
    def drawing(self) -> Document:
        """Of a version that has been published: it stays as it is, so it is read once in each process."""
        return published_document(self.pk, self.published_at)


@lru_cache(maxsize=200)
def published_document(version_id: int, _published_at: datetime) -> Document:
    raw = FlowVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return Document.of(raw)
