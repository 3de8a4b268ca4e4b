"""How long the people's floor keeps what grows there."""

from datetime import datetime
from functools import partial

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from teams.models import ApiToken, AuditEntry, IdempotencyKey, Invitation
from teams.models.audit import AuditQuerySet
from teams.models.keeping import keep, let_go
from teams.models.setting import AUDIT_KEPT, IDEMPOTENCY_KEPT, INVITATIONS_KEPT


def ended_sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before).order_by("expire_date")


def entered_sessions(before: datetime) -> QuerySet[UserSession]:
    """What the list of somebody's browsers knew of log-ins that are gone."""
    return UserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("session_key"))), created_at__lt=before
    ).order_by("pk")


def old_entries(before: datetime) -> QuerySet[LogEntry]:
    """By their ids, which follow their time: Django has no index by it."""
    return LogEntry.objects.filter(action_time__lt=before).order_by("pk")


def declare() -> None:
    keep(AuditEntry, AUDIT_KEPT, forget=partial(let_go, how=AuditQuerySet.forget))
    keep(LogEntry, AUDIT_KEPT, title=_("history of the admin's pages"), old=old_entries)
    keep(Session, None, title=_("log-ins that have ended"), old=ended_sessions)
    keep(UserSession, None, title=_("browsers in which somebody was logged in"), old=entered_sessions)
    keep(Invitation, INVITATIONS_KEPT)
    keep(ApiToken, None, title=_("API tokens that have ended"))
    keep(IdempotencyKey, IDEMPOTENCY_KEPT)
