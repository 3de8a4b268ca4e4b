"""What grows is forgotten by its rule: what is due and nothing else, in chunks, whoever dies at it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from channels_app.models import Channel, Delivery, Forgery, Remark, Visitor
from conversations.models import (
    Alias,
    Attempt,
    BulkRun,
    Draft,
    EarlyReceipt,
    Import,
    OnlineDay,
    Round,
    Scheduled,
    Upload,
)
from flows.models import DryRun, FlowRun, FlowStep
from monty.admin import address, page_of
from monty.settings import CELERY_BEAT_SCHEDULE
from teams import roles
from teams.models import (
    ApiToken,
    AuditEntry,
    IdempotencyKey,
    Invitation,
    Keeping,
    PresenceChange,
    Setting,
    Team,
    Teammate,
    keeping,
)
from teams.tasks import forget_all_old
from tests import make
from tests.at_once import at_once
from tests.flows.flow import flow
from webhooks import models as hooks
from webhooks.models import Subscription

pytestmark = pytest.mark.django_db

CONFIGURED = "as long as people want it: they made it, and they delete it"
HISTORY = "what happened; it is emptied with what was said (conversations.conversation), and erased with its customer"
REPORTS = "what reports add up from, without a name"
BOOKS = "the books; whom an order was for is forgotten with what was said"
ONE_EACH = "one for each, however long it goes on"
LIBRARY = "the library clears it, or (as here) does not write it"
FOR_EVER = {
    **dict.fromkeys(["auth.permission", "auth.group", "auth.group_permissions", "contenttypes.contenttype"], ONE_EACH),
    **dict.fromkeys(["axes.accessattempt", "axes.accessattemptexpiration"], LIBRARY),
    **dict.fromkeys(["axes.accesslog", "axes.accessfailurelog"], LIBRARY),
    **dict.fromkeys([f"account.{each}" for each in ("emailaddress", "emailconfirmation")], LIBRARY),
    **dict.fromkeys([f"socialaccount.{each}" for each in ("socialapp", "socialtoken")], LIBRARY),
    **dict.fromkeys(["mfa.authenticator", "socialaccount.socialaccount"], CONFIGURED),
    **dict.fromkeys(["teams.choice", "teams.setting", "teams.keeping"], ONE_EACH),
    **dict.fromkeys(["teams.teammate", "teams.teammate_groups", "teams.teammate_user_permissions"], CONFIGURED),
    **dict.fromkeys(["teams.team", "teams.membership", "teams.schedule"], CONFIGURED),
    **dict.fromkeys(["teams.opening", "teams.holiday", "channels_app.channel", "channels_app.template"], CONFIGURED),
    **dict.fromkeys([f"conversations.{each}" for each in ("contact", "identity", "alias", "merge")], HISTORY),
    **dict.fromkeys([f"conversations.{each}" for each in ("message", "attachment", "reaction", "mention")], HISTORY),
    **dict.fromkeys([f"conversations.{each}" for each in ("event", "episode", "labelling")], HISTORY),
    **dict.fromkeys([f"conversations.{each}" for each in ("fact", "stale", "meter", "rollup", "cell")], REPORTS),
    "conversations.onlineday": REPORTS,
    **dict.fromkeys([f"conversations.{each}" for each in ("attribute", "label", "macro", "savedreply")], CONFIGURED),
    **dict.fromkeys([f"conversations.{each}" for each in ("savedfile", "savedview", "mailing")], CONFIGURED),
    "conversations.digest": ONE_EACH,
    **dict.fromkeys(["orders.order", "orders.line", "orders.version", "orders.orderyear"], BOOKS),
    "orders.offer": ONE_EACH,
    **dict.fromkeys(["orders.product", "orders.variant"], CONFIGURED),
    **dict.fromkeys([f"flows.{each}" for each in ("flow", "flow_channels", "flowversion", "trigger")], CONFIGURED),
    **dict.fromkeys(["flows.flowfile", "flows.humanword"], CONFIGURED),
    **dict.fromkeys(["webhooks.subscription", "webhooks.subscription_teams"], CONFIGURED),
}
GO_ALONG = {
    "conversations.bulkitem": "conversations.bulkrun",
    "conversations.decision": "conversations.round",
    "conversations.refuseditem": "conversations.import",
    "conversations.scheduledfile": "conversations.scheduled",
    "flows.drytry": "flows.dryrun",
    "webhooks.attempt": "webhooks.delivery",
}
# Providers that are only played, which a real installation has not got.
DEMO_ONLY = "simulator"


def test_what_grows_has_a_rule_or_a_reason_to_stay() -> None:
    every = {each._meta.label_lower for each in apps.get_models(include_auto_created=True) if not each._meta.proxy}
    every -= {each for each in every if each.startswith(DEMO_ONLY)}
    assert every - set(FOR_EVER) - set(GO_ALONG) == set(keeping.KINDS)
    assert set(GO_ALONG.values()) <= set(keeping.KINDS)
    assert set(FOR_EVER) <= every


def test_one_task_looks_through_them_all(worker) -> None:
    forgetful = [each["task"] for each in CELERY_BEAT_SCHEDULE.values() if "forget" in str(each["task"])]
    assert forgetful == ["teams.tasks.forget_all_old"]
    forget_all_old()
    assert set(Keeping.objects.exclude(ran_at=None).values_list("name", flat=True)) == set(keeping.KINDS)


# --- Each kind: rows that are due, and rows that stay -----------------------------------------------------------------


class House:
    """What rows of every kind hang on. `ago`: a moment so many days back."""

    def __init__(self, channel: Channel, ana: Teammate) -> None:
        self.channel, self.ana = channel, ana
        self.talk = make.conversation(channel)
        self.flow = flow()

    @staticmethod
    def ago(days: float) -> Any:
        return timezone.now() - timedelta(days=days)

    def message(self, status: str, number: int) -> Any:
        return self.talk.messages.create(
            channel=self.channel, author_kind="teammate", status=status, external_id=str(number)
        )

    def run(self, ended: float | None) -> FlowRun:
        fields = {"state": "done", "ended_at": self.ago(ended)} if ended else {"state": "waiting"}
        return FlowRun.objects.create(
            conversation=self.talk, flow=self.flow, version=self.flow.versions.get(), node="a", **fields
        )


@pytest.fixture
def house(webchat, ana) -> House:
    return House(webchat, ana)


Sorted = tuple[list[models.Model], list[models.Model]]


def deliveries(house: House) -> Sorted:
    def row(state: str, days: float, tries: int = 1) -> Delivery:
        fields = {"state": state, "tries": tries, "received_at": house.ago(days)}
        return Delivery.objects.create(channel=house.channel, body=b"{}", **fields)

    unread, retried = row("new", 300), row("failed", 300, tries=7)
    return [row("done", 31), row("failed", 31, tries=8)], [row("done", 29), unread, retried]


def forgeries(house: House) -> Sorted:
    def row(days: float) -> Forgery:
        at = house.ago(days)
        return Forgery.objects.create(channel=house.channel, day=at.date(), last_at=at)

    return [row(31)], [row(29)]


def remarks(house: House) -> Sorted:
    def row(days: int) -> Remark:
        return Remark.objects.create(channel=house.channel, delivery=days, topic="quality", at=house.ago(days))

    return [row(31)], [row(29)]


def early_receipts(house: House) -> Sorted:
    def row(days: float) -> EarlyReceipt:
        made = EarlyReceipt.objects.create(
            channel=house.channel, external_id=str(days), status="read", at=timezone.now()
        )
        EarlyReceipt.objects.filter(pk=made.pk).update(received_at=house.ago(days))
        return made

    return [row(31)], [row(29)]


def visitors(house: House) -> Sorted:
    def row(days: float, **fields: Any) -> Visitor:
        made = Visitor.objects.create(channel=house.channel, token_hash=f"{days}{fields}"[:64], **fields)
        Visitor.objects.filter(pk=made.pk).update(created_at=house.ago(days))
        return made

    wrote, proved, joined = row(91), row(91, user_id="7"), row(91, name="Joined")
    make.message(house.channel, who=str(wrote.uuid))
    identity = make.message(house.channel, who="user:7").conversation.identity
    Alias.objects.create(identity=identity, channel=house.channel, external_id=str(joined.uuid))
    silent = row(91, uuid=UUID("00000000-1111-4222-8333-444444444444"))
    return [silent, row(91, user_id="8")], [row(89), wrote, proved, joined]


def attempts(house: House) -> Sorted:
    def row(status: str, days: float) -> Attempt:
        number = Attempt.objects.count()
        return Attempt.objects.create(message=house.message(status, number), at=house.ago(days), outcome="sent")

    return [row("sent", 366), row("read", 366)], [row("sent", 364), row("failed", 366), row("unknown", 366)]


def scheduled(house: House) -> Sorted:
    def row(state: str, days: float, **fields: Any) -> Scheduled:
        fields |= {"conversation": house.talk, "by": house.ana, "text": "Later"}
        return Scheduled.objects.create(state=state, send_at=house.ago(days), **fields)

    waiting, held = row("waiting", 91), row("held", 91, because="customer")
    return [row("sent", 91)], [row("sent", 89), waiting, held]


def drafts(house: House) -> Sorted:
    def row(days: float) -> Draft:
        return Draft.objects.create(
            conversation=make.conversation(house.channel), teammate=house.ana, text="Dear", at=house.ago(days)
        )

    return [row(91)], [row(89)]


def uploads(house: House) -> Sorted:
    def row(days: float) -> Upload:
        return Upload.store(make.text_file(), conversation=house.talk, teammate=house.ana, at=house.ago(days))

    return [row(3)], [row(1)]


def rounds(house: House) -> Sorted:
    def row(days: float) -> Round:
        facts = {"open": True, "members": [], "dealt": 0, "took": timedelta(0)}
        team = cast("Team", house.channel.team)
        return Round.objects.create(team=team, at=house.ago(days), **facts)

    return [row(91)], [row(89)]


def bulk_runs(house: House) -> Sorted:
    def row(finished: float | None) -> BulkRun:
        at = house.ago(finished) if finished else None
        return BulkRun.objects.create(by=house.ana, verb="close", total=1, started_at=house.ago(99), finished_at=at)

    return [row(8)], [row(6), row(None)]


def imports(house: House) -> Sorted:
    def row(days: float) -> Import:
        return Import.objects.create(channel=house.channel, by=house.ana, touched_at=house.ago(days))

    return [row(31)], [row(29)]


def told_programs(house: House) -> Sorted:
    hook = Subscription.make(by=house.ana, teams=None, name="CRM", url="https://crm.example/", verbs=[])

    def row(days: float, state: str = "delivered") -> models.Model:
        made = hooks.Delivery.objects.test(hook, by=house.ana)
        hooks.Delivery.objects.filter(pk=made.pk).update(since=house.ago(days), state=state)
        return made

    return [row(31), row(31, "failed")], [row(29), row(31, "queued")]


def presence(house: House) -> Sorted:
    def row(what: str, days: float, who: Teammate = house.ana) -> PresenceChange:
        made = PresenceChange.objects.create(teammate=who, what=what, by=who)
        PresenceChange.objects.filter(pk=made.pk).update(at=house.ago(days))
        return made

    OnlineDay.objects.create(teammate=house.ana, day=timezone.localdate(), seconds=1)
    cara = make.teammate("cara")
    overtaken: list[models.Model] = [row("away", 400), row("active", 390), row("connected", 389), row("vanished", 388)]
    last = [row("away", 380), row("connected", 379), row("connected", 1000, cara)]
    return overtaken, [*last, row("active", 10)]


def invitations(house: House) -> Sorted:
    def row(days: float) -> Invitation:
        return Invitation.objects.create(name="Nora", role="Agent", made_by=house.ana, expires_at=house.ago(days))

    return [row(91)], [row(89), row(-1)]


def audit_entries(house: House) -> Sorted:
    def row(days: float) -> AuditEntry:
        return AuditEntry.objects.create(actor=house.ana, actor_name="Ana", door="page", deed="did", at=house.ago(days))

    return [row(366)], [row(364)]


def log_entries(house: House) -> Sorted:
    def row(days: float) -> LogEntry:
        kind = ContentType.objects.get_for_model(Team)
        return LogEntry.objects.create(
            user=house.ana, content_type=kind, action_flag=CHANGE, action_time=house.ago(days)
        )

    return [row(366)], [row(364)]


def api_tokens(house: House) -> Sorted:
    def row(days: float | None) -> ApiToken:
        token = ApiToken.objects.make(house.ana)
        token.expires_at = None if days is None else house.ago(days)
        token.save()
        return token

    return [row(0.01)], [row(-1), row(None)]


def idempotency_keys(house: House) -> Sorted:
    def row(days: float) -> IdempotencyKey:
        return IdempotencyKey.objects.create(teammate=house.ana, key=str(days), claimed_at=house.ago(days))

    return [row(1.1)], [row(0.9)]


def sessions(house: House) -> Sorted:
    def row(days: float) -> Session:
        return Session.objects.create(session_key=f"key{days}", session_data="", expire_date=house.ago(days))

    return [row(0.01)], [row(-0.01)]


def browsers(house: House) -> Sorted:
    def row(key: str) -> UserSession:
        return UserSession.objects.create(user=house.ana, session_key=key, ip="192.0.2.1", created_at=house.ago(1))

    Session.objects.create(session_key="here", session_data="", expire_date=house.ago(-1))
    return [row("gone")], [row("here")]


def flow_runs(house: House) -> Sorted:
    make.setting("runs_kept", 365)
    return [house.run(366)], [house.run(364), house.run(None)]


def flow_steps(house: House) -> Sorted:
    ended, going = house.run(1), house.run(None)

    def row(run: FlowRun, days: float) -> FlowStep:
        place = {"number": int(days), "version": run.version, "node": "a"}
        return FlowStep.objects.create(run=run, at=house.ago(days), **place)

    return [row(ended, 366)], [row(ended, 364), row(going, 366)]


def dry_runs(house: House) -> Sorted:
    def row(finished: float | None) -> DryRun:
        fields = {"version": house.flow.versions.get(), "document": {}, "by": house.ana, "total": 1}
        return DryRun.objects.create(
            started_at=house.ago(99), finished_at=house.ago(finished) if finished else None, **fields
        )

    return [row(8)], [row(6), row(None)]


def talks(house: House) -> Sorted:
    """These are emptied, not deleted: tests/conversations/test_care.py looks closer."""
    return [], [house.talk]


CASES: dict[str, Callable[[House], Sorted]] = {
    "admin.logentry": log_entries,
    "channels_app.delivery": deliveries,
    "channels_app.forgery": forgeries,
    "channels_app.remark": remarks,
    "channels_app.visitor": visitors,
    "conversations.attempt": attempts,
    "conversations.bulkrun": bulk_runs,
    "conversations.conversation": talks,
    "conversations.draft": drafts,
    "conversations.earlyreceipt": early_receipts,
    "conversations.import": imports,
    "conversations.round": rounds,
    "conversations.scheduled": scheduled,
    "conversations.upload": uploads,
    "flows.dryrun": dry_runs,
    "flows.flowrun": flow_runs,
    "flows.flowstep": flow_steps,
    "sessions.session": sessions,
    "teams.auditentry": audit_entries,
    "teams.apitoken": api_tokens,
    "teams.idempotencykey": idempotency_keys,
    "teams.invitation": invitations,
    "teams.presencechange": presence,
    "usersessions.usersession": browsers,
    "webhooks.delivery": told_programs,
}


def there(name: str) -> set[Any]:
    return set(keeping.KINDS[name].model._base_manager.values_list("pk", flat=True))


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_is_due_goes_and_nothing_else_and_once(name: str, house: House) -> None:
    before = there(name)
    due, kept = CASES[name](house)
    assert {row.pk for row in due} | {row.pk for row in kept} <= there(name)
    assert keeping.forget_old(name) == len(due)
    assert there(name) - before == {row.pk for row in kept} - before
    assert keeping.forget_old(name) == 0


def test_every_kind_is_tried() -> None:
    assert set(CASES) == set(keeping.KINDS)


def test_runs_of_flows_stay_unless_somebody_wants_otherwise(house: House) -> None:
    """The report about flows counts them."""
    run = house.run(3000)
    assert keeping.forget_old("flows.flowrun") == 0
    assert FlowRun.objects.get() == run


def test_presence_that_reports_have_not_added_up_stays(house: House) -> None:
    due, kept = presence(house)
    OnlineDay.objects.update(day=date(2020, 1, 1))
    assert keeping.forget_old("teams.presencechange") == 0
    OnlineDay.objects.all().delete()
    assert keeping.forget_old("teams.presencechange") == 0
    assert PresenceChange.objects.count() == len(due) + len(kept)


# --- In chunks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_drafts(house: House) -> list[Draft]:
    rows = [Draft(conversation=make.conversation(house.channel), teammate=house.ana) for _number in range(5)]
    for number, row in enumerate(rows):
        row.at = house.ago(100 - number)
    return Draft.objects.bulk_create(rows)


def test_they_go_chunk_by_chunk_the_oldest_first(old_drafts, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 2)
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    assert keeping.forget_old("conversations.draft") == 4
    assert list(Draft.objects.all()) == [old_drafts[-1]]
    assert keeping.forget_old("conversations.draft") == 1


def test_whoever_dies_in_the_middle_leaves_whole_chunks_and_another_goes_on(old_drafts, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 2)
    collected = models.QuerySet.delete
    calls: list[int] = []

    def dies(rows: Any) -> Any:
        calls.append(len(rows))
        gone = collected(rows)
        if len(calls) == 2:
            raise MemoryError
        return gone

    kind = keeping.KINDS["conversations.draft"]
    killed = keeping.Kind(kind.model, kind.rule, kind.title, kind.old, lambda rows: keeping.let_go(rows, how=dies))
    monkeypatch.setitem(keeping.KINDS, kind.name, killed)
    with pytest.raises(MemoryError):
        keeping.forget_old(kind.name)
    assert list(Draft.objects.order_by("at")) == old_drafts[2:]
    monkeypatch.setitem(keeping.KINDS, kind.name, kind)
    assert keeping.forget_old(kind.name) == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_share_the_work(old_drafts, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 1)
    went = at_once(*[lambda: keeping.forget_old("conversations.draft")] * 2)
    assert sum(went) == 5 and not Draft.objects.exists()


@pytest.mark.postgresql
@pytest.mark.parametrize("name", sorted(CASES))
def test_they_are_found_by_an_index(name: str, house: House) -> None:
    rows = keeping.KINDS[name].old(timezone.now())
    with connection.cursor() as cursor:
        for way in ("seqscan", "sort", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = rows[:1].explain()
    assert "Sort" not in plan and f"Seq Scan on {rows.model._meta.db_table}" not in plan


# --- In the admin -----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_page_tells_rule_what_waits_and_the_last_run(client: Client, supervisor, old_drafts) -> None:
    Keeping.objects.furnish()
    page = client.get(address(Keeping, "changelist")).content.decode()
    assert "Drafts" in page and "90 days" in page and "for ever" in page and "until it is over" in page
    row = Keeping.objects.get(name="conversations.draft")
    shown = admin.site.get_model_admin(Keeping)
    assert (shown.waiting(row), shown.forgotten(row)) == ("5", "–")  # type: ignore[attr-defined]
    keeping.forget_old("conversations.draft")
    row.refresh_from_db()
    assert (shown.waiting(row), shown.forgotten(row)) == ("0", "5")  # type: ignore[attr-defined]
    assert client.post(page_of(row), {"went": 0}).status_code == 403


@pytest.mark.once
def test_a_rule_leads_to_its_setting_and_its_change_is_in_the_audit_log(client: Client, old_drafts) -> None:
    Setting.objects.furnish(), Keeping.objects.furnish()
    boss = make.teammate("alex")
    roles.give(boss, "Admin")
    client.force_login(boss)
    page = client.get(address(Keeping, "changelist")).content.decode()
    leads = f"{address(Setting, 'changelist')}?name=drafts_kept"
    assert leads in page
    assert list(client.get(leads).context["cl"].result_list) == [Setting.objects.get(name="drafts_kept")]
    client.post(page_of(Setting.objects.get(name="drafts_kept")), {"value": "200"})
    assert AuditEntry.objects.get(kind="teams.setting").data == {"value": [None, 200.0]}
    assert keeping.forget_old("conversations.draft") == 0
