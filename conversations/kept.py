"""How long the conversations' floor keeps what grows there."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from channels_app.models import Visitor
from channels_app.rules import DELIVERIES_KEPT, VISITORS_KEPT
from conversations import rules
from conversations.contacts import care
from conversations.models import (
    Alias,
    Attempt,
    BulkRun,
    Conversation,
    Draft,
    EarlyReceipt,
    Identity,
    Import,
    Round,
    Scheduled,
    Upload,
)
from conversations.reports import online
from teams.models import PresenceChange
from teams.models.keeping import discarded, keep
from teams.models.setting import PRESENCE_KEPT


class Written(models.Func):
    """A UUID as it is written. SQLite keeps it without its dashes."""

    function = "CAST"
    template = "%(function)s(%(expressions)s AS text)"
    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts = "||'-'||".join(f"substr(%(expressions)s, {at}, {size})" for at, size in PARTS)
        return self.as_sql(compiler, connection, template=parts, **context)


PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def silent_visitors(before: datetime) -> QuerySet[Visitor]:
    """Those of whom nobody has ever read a word."""
    proved = Concat(Value("user:"), F("user_id"))
    known_as = Case(When(user_id="", then=Written("uuid")), default=proved, output_field=models.CharField())
    rows = Visitor.objects.annotate(known_as=known_as)
    here = {"channel": OuterRef("channel"), "external_id": OuterRef("known_as")}
    known = Exists(Identity.objects.filter(**here)) | Exists(Alias.objects.filter(**here))
    return rows.filter(~known, created_at__lt=before).order_by("created_at")


def presence(before: datetime) -> QuerySet[PresenceChange]:
    """Only what has been added up: the hours online in reports stay right."""
    counted = online.counted_until()
    rows = PresenceChange.objects.all()
    return rows.none() if counted is None else rows.forgettable(min(before, counted))


def declare() -> None:
    said = _("what was said in ended conversations")
    keep(Conversation, rules.TALKS_KEPT, title=said, old=Conversation.objects.to_forget, forget=care.forget_talks)
    keep(Upload, rules.UPLOADS_KEPT, forget=discarded)
    keep(Draft, rules.DRAFTS_KEPT)
    keep(Scheduled, rules.SCHEDULED_KEPT)
    keep(Attempt, rules.ATTEMPTS_KEPT)
    keep(EarlyReceipt, DELIVERIES_KEPT)
    keep(Round, rules.ROUNDS_KEPT)
    keep(BulkRun, rules.BULK_KEPT)
    keep(Import, rules.IMPORTS_KEPT, forget=discarded)
    keep(Visitor, VISITORS_KEPT, title=_("visitors who never wrote"), old=silent_visitors)
    keep(PresenceChange, PRESENCE_KEPT, old=presence)
