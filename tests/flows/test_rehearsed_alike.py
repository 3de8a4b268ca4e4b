"""What is tried is what will be: random customers go the same way through random flows in truth and on trial."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from conversations.models import Contact, Conversation
from flows import engine, starting
from flows.document import Document
from flows.models import Flow, FlowRun, FlowStep, HumanWord
from flows.pretended import Setting
from flows.rehearsal import Play, Rehearsal
from tests import make
from tests.flows.flow import said
from tests.flows.test_any_flow import DEEDS, GRAPHS, live

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(raw=GRAPHS, deeds=DEEDS)
def test_the_way_on_trial_is_the_way_in_truth(webchat, raw, deeds):
    HumanWord.objects.get_or_create(language="en", word="human")
    flow = Flow.objects.create(key=f"f{Flow.objects.count()}", name="Random")
    version = flow.versions.create(number=1, document=raw, state="published", published_at=timezone.now())
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        row = make.conversation(webchat)
        run = starting.send(row, flow, by=None)
        engine.advance(run)
        tried = on_trial(row, Play(flow, version.pk, Document.of(raw)))
        for deed in deeds:
            traveller.shift(timedelta(minutes=6 if deed == "sleep" else 1))
            live(row, deed)
            pretend(tried, deed)
    assert way_of(run) == [(step.node, step.fate, step.exit) for step in tried.way]
    assert said(row) == [line.text for line in tried.lines if line.who == "bot"]
    run.refresh_from_db()
    assert (run.state, run.answers, run.reason) == (tried.run.state, tried.run.answers, tried.run.reason)


def on_trial(row: Conversation, play: Play) -> Rehearsal:
    return Rehearsal(play, Setting(row.channel, Contact(name=row.contact.name), row.team), timezone.now())


def pretend(tried: Rehearsal, deed: str) -> None:
    tried.conversation.now = timezone.now()
    if deed not in ("sleep", "sweep"):
        for text in ("nonsense", "15") if deed == "both" else (deed,):
            tried.conversation.receive(text)
    tried.carry_on()


def way_of(run: FlowRun) -> list[tuple[str, str, str]]:
    return list(FlowStep.objects.filter(run=run).order_by("number").values_list("node", "fate", "exit"))
