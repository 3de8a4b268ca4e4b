"""Bringing a file from another program, by whichever door: what is asked for it, and what becomes of it at once."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations import tasks
from conversations.importing.source import MB, MOST_BYTES
from conversations.models import Import
from teams.models import Team, Teammate


class ImportForm(forms.ModelForm):
    class Meta:
        model = Import
        fields = ["kind", "channel", "inbox", "file"]
        help_texts = {"file": _("CSV or JSON, in UTF-8, at most %(limit)s MB.") % {"limit": MOST_BYTES // MB}}

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            message = _("The file is larger than %(limit)s MB: divide it.")
            raise forms.ValidationError(message, params={"limit": MOST_BYTES // MB})
        # On disk it has no name of its own choosing.
        self.instance.name, upload.name = upload.name[-200:], uuid.uuid4().hex
        return upload


def channels_of(teams: QuerySet[Team] | None) -> QuerySet[Channel]:
    """Into which somebody imports who is held to these teams; None: to none."""
    rows = Channel.objects.order_by("name")
    return rows if teams is None else rows.filter(team__in=teams)


def bring(row: Import, *, by: Teammate) -> None:
    """Keep it, and have it looked at."""
    row.by = by
    row.save()
    tasks.bring.delay_on_commit(row.pk)
