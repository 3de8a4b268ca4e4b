"""What is a teammate's own: face, clock, language, colours, and the hours in which they are left in peace."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.afterwards import afterwards
from monty.errors import BadInput
from teams.hours import Hours, over_night
from teams.models.schedule import Weekday, known_time_zone


class Theme(models.TextChoices):
    SYSTEM = "", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def every_day() -> list[int]:
    return list(Weekday.values)


class Personal(models.Model):
    """The personal half of a teammate (`Teammate` inherits it)."""

    photo = models.FileField(_("photo"), upload_to="teammates/%Y/%m/", blank=True, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_time_zone])
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    theme = models.CharField(_("colours"), max_length=10, blank=True, choices=Theme.choices)
    # By their own clock; the same moment twice is the whole day. None: no quiet hours.
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    # On which days of the week (Monday is 0) they begin.
    quiet_days = models.JSONField(_("quiet on"), default=every_day, blank=True)

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def be_quiet(self, starts: time | None, ends: time | None, days: Iterable[int]) -> None:
        """Leave them in peace from then to then, on the days on which that begins; None: never. Raises BadInput."""
        if (starts is None) != (ends is None):
            raise BadInput(_t("Quiet hours need a beginning and an end."), field="ends" if starts else "starts")
        wanted = sorted(set(days))
        if not set(wanted) <= set(Weekday.values):
            raise BadInput(_t("A day is a number from 0 (Monday) to 6."), field="days")
        self.quiet_from, self.quiet_to, self.quiet_days = starts, ends, wanted
        self.save(update_fields=["quiet_from", "quiet_to", "quiet_days"])

    def is_quiet(self, now: datetime) -> bool:
        """Within the hours in which nothing sounds or pops up and no mail comes."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        spans = over_night(self.quiet_days, self.quiet_from, self.quiet_to)
        return Hours(self.zone, spans, frozenset()).is_open(now)

    @property
    def photo_version(self) -> str:
        """Another one for every photo, so that browsers may keep what they have."""
        return PurePosixPath(str(self.photo.name)).name

    def wear(self, content: bytes) -> None:
        """Put a new photo in the place of the old; b"": take it away. The old file goes after the commit."""
        former = str(type(self)._base_manager.get(pk=self.pk).photo)
        if content:
            self.photo.save(uuid.uuid4().hex, ContentFile(content), save=False)
        else:
            self.photo = ""
        self.save(update_fields=["photo"])
        if former:
            afterwards(self.photo.storage.delete, former)
