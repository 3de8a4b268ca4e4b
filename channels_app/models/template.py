"""Templates a provider has approved, or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf.locale import LANG_INFO
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app import template_text
from channels_app.border import KnownTemplate
from channels_app.models.channel import Channel
from channels_app.template_text import Section, Variable

APPROVED = "approved"
# Not the provider's word: it does not list the template any more.
GONE = "gone"
STATUSES = {
    APPROVED: _("Approved"),
    "pending": _("In review"),
    "rejected": _("Rejected"),
    "paused": _("Paused by the provider"),
    "disabled": _("Disabled by the provider"),
    GONE: _("No longer at the provider"),
}


class TemplateQuerySet(models.QuerySet["Template"]):
    def of_channel(self, channel: Channel) -> "TemplateQuerySet":
        return self.filter(channel=channel)

    def approved(self) -> "TemplateQuerySet":
        return self.filter(status=APPROVED)

    def sync(self, channel: Channel) -> int:
        """Ask the provider for the channel's templates and keep them as they are now; how many there are.

        What it does not list any more is marked, never deleted: messages were sent by it. Raises Refused, and then
        everything is as it was.
        """
        began = timezone.now()
        known = {(each.name, each.language): each for each in channel.adapter.templates()}
        rows: list[Any] = [from_provider(channel, each, began) for each in known.values()]
        with transaction.atomic():
            self.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["channel", "name", "language"],
                update_fields=["external_id", "category", "status", "components", "named", "synced_at"],
            )
            # Seen before this sync began and not in it. Of two at once neither marks what the other has just seen.
            self.of_channel(channel).filter(synced_at__lt=began).exclude(status=GONE).update(status=GONE)
        return len(rows)


class Template(models.Model):
    """A message template of a WhatsApp account, as it was at the last sync."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="templates", verbose_name=_("channel"))
    external_id = models.CharField(_("provider's id"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=20)
    category = models.CharField(_("category"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40)
    components = models.JSONField(_("components"), default=list)
    # Its variables have names, not numbers.
    named = models.BooleanField(_("named variables"), default=False)
    synced_at = models.DateTimeField(_("last seen"), default=timezone.now)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "name", "language"], name="template_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_approved(self) -> bool:
        return self.status == APPROVED

    @property
    def status_words(self) -> str:
        return str(STATUSES.get(self.status, self.status))

    @property
    def language_name(self) -> str:
        """English (US), Português …; the code itself where Django does not know it."""
        code = self.language.lower().replace("_", "-")
        base, _dash, region = code.partition("-")
        info = LANG_INFO.get(code) or LANG_INFO.get(base, {})
        name = info.get("name_local", self.language)
        return f"{name} ({region.upper()})" if region and code not in LANG_INFO and base in LANG_INFO else name

    @property
    def title(self) -> str:
        """Its name as people write: "order_update" is "Order update"."""
        return self.name.replace("_", " ").capitalize()

    @property
    def sections(self) -> list[Section]:
        return template_text.sections(self.components)

    @property
    def body(self) -> str:
        return next((each.text for each in self.sections if each.place == "body"), "")

    @property
    def text(self) -> str:
        """The whole message with its variables empty."""
        return template_text.in_words(self.components, {})

    @property
    def variables(self) -> list[Variable]:
        return template_text.variables(self.components)

    @property
    def obstacle(self) -> str:
        """Why it cannot be sent now; "" if it can."""
        if not self.is_approved:
            return _t("The provider has not approved this template, or does not allow it now.")
        return template_text.obstacle(self.components)

    def filled(self, values: Mapping[str, str]) -> tuple[list[dict[str, Any]], str]:
        """The components that carry the values, and the message as the customer reads it. Raises BadInput."""
        clean = template_text.checked(self.components, values)
        components = template_text.filled(self.components, clean, named=self.named)
        return components, template_text.in_words(self.components, clean)


def from_provider(channel: Channel, known: KnownTemplate, at: datetime) -> Template:
    return Template(
        channel=channel,
        external_id=known.external_id[:100],
        name=known.name[:512],
        language=known.language[:20],
        category=known.category[:40],
        status=known.status[:40].lower(),
        components=known.components,
        named=known.named,
        synced_at=at,
    )
