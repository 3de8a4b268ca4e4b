"""Flows: what a bot does, on which channels, and what makes it begin."""

import uuid
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from flows.document import EMPTY
from flows.models.version import FlowVersion
from flows.reading import surroundings_of
from flows.surroundings import Surroundings
from monty.afterwards import afterwards
from monty.errors import BadInput
from teams.models import Teammate

if TYPE_CHECKING:
    from conversations.models import Conversation


class TriggerKind(models.TextChoices):
    """What makes a flow begin. What comes first here wins over what comes later."""

    POSTBACK = "postback", _("Button or link")
    KEYWORD = "keyword", _("Keyword")
    OUTSIDE_HOURS = "outside_hours", _("First message, outside working hours")
    FIRST_MESSAGE = "first_message", _("First message")
    AFTER_CLOSE = "after_close", _("After the conversation was closed")
    BY_HAND = "by_hand", _("By hand: Send Flow")


# These answer a customer who writes and whom nobody has.
GREETING = (TriggerKind.POSTBACK, TriggerKind.KEYWORD, TriggerKind.OUTSIDE_HOURS, TriggerKind.FIRST_MESSAGE)
# These are for one word each.
WITH_WORD = (TriggerKind.POSTBACK, TriggerKind.KEYWORD)


class FlowQuerySet(models.QuerySet["Flow"]):
    def live(self) -> "FlowQuerySet":
        """Those of which a version is published."""
        return self.filter(Exists(FlowVersion.objects.published().filter(flow=OuterRef("pk"))))

    def visible_to(self, teammate: Teammate) -> "FlowQuerySet":
        """The published ones; whoever may look at flows where they are drawn sees those that are not yet, too."""
        return self.all() if teammate.has_perm("flows.view_flow") else self.live()

    def on(self, channel: Channel) -> "FlowQuerySet":
        """Those for this channel: chosen for it, or for every one."""
        return self.filter(Q(channels=channel) | Q(channels=None))

    def by_hand(self) -> "FlowQuerySet":
        """Those that people may send, by name."""
        by_hand = Trigger.objects.filter(flow=OuterRef("pk"), kind=TriggerKind.BY_HAND)
        return self.live().filter(Exists(by_hand)).order_by("name", "pk")

    def to_send(self, conversation: "Conversation") -> "FlowQuerySet":
        """Those that a person may send in this conversation, by name."""
        return self.by_hand().on(conversation.channel)

    def with_current(self) -> "FlowQuerySet":
        """With the published version that counts now, in one query more (`current`)."""
        newest = FlowVersion.objects.published().order_by("-number")
        return self.prefetch_related(Prefetch("versions", newest, to_attr="published"))

    def for_rest(self) -> "FlowQuerySet":
        """With all that is told of each, in as many queries for one as for many."""
        drafts = FlowVersion.objects.drafts().filter(flow=OuterRef("pk"))
        rows = self.with_current().prefetch_related("channels", "triggers")
        return rows.annotate(draft_number=Subquery(drafts.values("number")))

    def mark_channels(self) -> None:
        """Channels on which a published flow may answer first say so."""
        triggers = Trigger.objects.filter(kind__in=GREETING).values("flow")
        greeters = Flow.objects.live().filter(pk__in=triggers)
        for_all = Exists(greeters.filter(channels=None))
        own = Exists(greeters.filter(channels=OuterRef("pk")))
        Channel.objects.filter(for_all | own, greeted=False).update(greeted=True)
        Channel.objects.filter(~for_all, ~own, greeted=True).update(greeted=False)


class Flow(models.Model):
    key = models.SlugField(
        _("key"), max_length=60, unique=True, help_text=_("By which other flows and programs know it.")
    )
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    picture = models.FileField(_("picture"), upload_to="flows/%Y/%m/", blank=True, editable=False)
    channels = models.ManyToManyField(
        Channel,
        blank=True,
        related_name="flows",
        verbose_name=_("channels"),
        help_text=_("None chosen: it is for every channel."),
    )

    objects = FlowQuerySet.as_manager()

    class Meta:
        verbose_name = _("flow")
        verbose_name_plural = _("flows")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def picture_version(self) -> str:
        """Another one for every picture, so that browsers may keep what they have."""
        return PurePosixPath(str(self.picture.name)).name

    def keep_picture(self, content: bytes) -> None:
        """Another picture, as `conversations.media.portrait` makes one; none, if it is empty."""
        old = self.picture.name
        if old:
            afterwards(self.picture.storage.delete, old)
        if content:
            self.picture.save(uuid.uuid4().hex, ContentFile(content), save=False)
        else:
            self.picture = ""
        self.save(update_fields=["picture"])

    @property
    def current(self) -> FlowVersion | None:
        """The version with which a customer begins now: the newest that is published."""
        rows = getattr(self, "published", None)
        if rows is None:
            rows = self.versions.published().order_by("-number")[:1]
        return next(iter(rows), None)

    @property
    def draft(self) -> FlowVersion | None:
        return self.versions.drafts().first()

    def edit(self, *, by: Teammate | None) -> FlowVersion:
        """The draft; if there is none, a copy of the newest version as one."""
        with transaction.atomic():
            Flow.objects.select_for_update(no_key=True).get(pk=self.pk)
            if draft := self.draft:
                return draft
            newest = self.versions.order_by("-number").first()
            document = newest.document if newest else EMPTY
            number = newest.number + 1 if newest else 1
            return self.versions.create(number=number, document=document, edited_by=by)

    @property
    def adapters(self) -> tuple[type, ...]:
        """Of the kinds of channels that it is for."""
        chosen = {each.kind for each in self.channels.all()}
        kinds = chosen or set(Channel.objects.filter(active=True).values_list("kind", flat=True))
        return tuple(ADAPTERS[kind] for kind in sorted(kinds) if kind in ADAPTERS)

    @property
    def surroundings(self) -> Surroundings:
        return surroundings_of(self)

    def demand_node(self, node: str) -> FlowVersion:
        """The version that counts now, which has this node ("": its start). Raises BadInput."""
        version = self.current
        if version is None:
            raise BadInput(_t("%(flow)s is not published.") % {"flow": self}, field="flow")
        if node and node not in version.drawing.nodes:
            raise BadInput(_t("%(flow)s has no node “%(node)s”.") % {"flow": self, "node": node}, field="node")
        return version


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def that_greet(self, channel: Channel) -> "list[Trigger]":
        """Of published flows for this channel, in the order in which they are asked."""
        flows = Flow.objects.live().on(channel)
        rows = self.filter(kind__in=GREETING, flow__in=flows.values("pk")).select_related("flow")
        return sorted(rows, key=lambda row: (GREETING.index(TriggerKind(row.kind)), -len(row.word), row.flow_id))

    def after_close(self, channels: Iterable[Channel]) -> "dict[int, Flow]":
        """The flow that follows a close on each of these channels that has one, by the channel's id."""
        asked = Flow.objects.live().filter(triggers__kind=TriggerKind.AFTER_CLOSE).prefetch_related("channels")
        found: dict[int, Flow] = {}
        for flow in asked.order_by("-pk"):
            chosen = {each.pk for each in flow.channels.all()}
            found |= {each.pk: flow for each in channels if not chosen or each.pk in chosen}
        return found


class Trigger(models.Model):
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="triggers", verbose_name=_("flow"))
    kind = models.CharField(_("when"), max_length=20, choices=TriggerKind.choices)
    word = models.CharField(
        _("word"),
        max_length=100,
        blank=True,
        help_text=_("A keyword: whole words anywhere in the message. A button: what comes back when it is pressed."),
    )

    objects = TriggerQuerySet.as_manager()

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "kind", "word"], name="trigger_once"),
            models.CheckConstraint(condition=Q(kind__in=TriggerKind.values), name="trigger_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_WORD) & ~Q(word="") | ~Q(kind__in=WITH_WORD) & Q(word=""),
                name="trigger_has_a_word_where_it_needs_one",
                violation_error_message=_("A keyword or button needs a word; the others have none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.word}" if self.word else str(self.get_kind_display())
