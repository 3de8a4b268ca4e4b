"""Random flows and random customers: nothing loops for ever, nothing is said after a hand-over, no check is skipped."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_app.models import Channel
from conversations.models import Conversation, Event, Message
from flows import engine, starting, tasks
from flows.models import Flow, FlowRun, FlowStep, HumanWord
from tests import make
from tests.flows.flow import node

pytestmark = pytest.mark.django_db

IDS = [f"n{number}" for number in range(6)]
TARGET = st.sampled_from([*IDS, ""])


@st.composite
def nodes(draw, number: str):
    kind = draw(
        st.sampled_from(["say", "number", "choice", "branch", "wait", "note", "hours", "set", "hand_over", "close"])
    )
    to = lambda *names: {name: target for name in names if (target := draw(TARGET))}  # noqa: E731
    made = {
        "say": lambda: node(number, "send_message", text=f"{number} {{{{answers.n}}}}", exits=to("next")),
        "number": lambda: node(
            number, "ask", text=f"{number}?", kind="number", save_as="n", minimum=10, maximum=20,
            retries=draw(st.integers(0, 2)), timeout_minutes=5, exits=to("next", "failed", "timeout"),
        ),
        "choice": lambda: node(
            number, "ask", text=f"{number}?", kind="choice", save_as="c", timeout_minutes=5,
            choices=[{"id": "a", "title": "Aye"}, {"id": "b", "title": "Bee"}],
            exits=to("choice:a", "choice:b", "next", "failed", "timeout"),
        ),
        "branch": lambda: node(
            number, "branch", exits=to("branch:x", "else"),
            branches=[{"id": "x", "conditions": [{"subject": "answers.n", "operator": "greater", "value": "15"}]}],
        ),
        "wait": lambda: node(number, "wait", amount=2, unit="minutes", exits=to("next", "message")),
        "note": lambda: node(number, "note", text="Noted", exits=to("next")),
        "hours": lambda: node(number, "business_hours", exits=to("open", "closed")),
        "set": lambda: node(number, "set_attribute", attribute="answers.n", value="12", exits=to("next")),
        "hand_over": lambda: node(number, "hand_over", text="A person comes"),
        "close": lambda: node(number, "close"),
    }  # fmt: skip
    return made[kind]()


GRAPHS = st.tuples(*[nodes(number) for number in IDS]).map(
    lambda found: {"schema": 1, "start": IDS[0], "nodes": list(found)}
)
DEEDS = st.lists(
    st.sampled_from(["15", "99", "Aye", "2", "nonsense", "human", "sleep", "sweep", "both"]), min_size=1, max_size=8
)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(raw=GRAPHS, deeds=DEEDS)
def test_any_flow_and_any_customer(webchat, raw, deeds):
    HumanWord.objects.get_or_create(language="en", word="human")
    # Also what could never be published must not harm: limits hold by themselves.
    flow = Flow.objects.create(key=f"f{Flow.objects.count()}", name="Random")
    version = flow.versions.create(number=1, document=raw, state="published", published_at=timezone.now())
    clock = timezone.now()
    with time_machine.travel(clock, tick=False) as traveller:
        row = make.conversation(webchat)
        run = starting.send(row, flow, by=None)
        engine.advance(run)
        for deed in deeds:
            traveller.shift(timedelta(minutes=6 if deed == "sleep" else 1))
            live(row, deed)
    check(row, run, version)


def live(row: Conversation, deed: str) -> None:
    if deed in ("sleep", "sweep"):
        tasks.go_on_missed()
        return
    for text in ("nonsense", "15") if deed == "both" else (deed,):
        make.message(Channel.objects.get(pk=row.channel_id), text, row.identity.external_id)
    # Told twice, as brokers do.
    engine.attend(row.pk)
    engine.attend(row.pk)


def check(row: Conversation, run: FlowRun, version) -> None:
    run.refresh_from_db()
    row.refresh_from_db()
    steps = list(FlowStep.objects.filter(run=run))
    # It never loops for ever: between two waits there is an end.
    assert len(steps) <= engine.MOST + 1
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert run.steps == len(steps)
    # Who has it says the same in both rows.
    assert row.with_bot == run.is_under_way
    # Nothing is said after the bot's part was over.
    over = Event.objects.filter(conversation=row, verb__in=("hand_over", "end_flow", "close")).order_by("pk").first()
    if over:
        assert not Event.objects.filter(
            conversation=row, verb="reply", pk__gt=over.pk, message__author_kind="bot"
        ).exists()
    # No answer was kept that the question would not take.
    asked = {each["fields"].get("save_as") for each in version.document["nodes"] if each["type"] == "ask"}
    if "n" in asked and "n" in run.answers:
        assert run.answers["n"] in ("12", *range(10, 21))
    assert run.answers.get("c", "Aye") in ("Aye", "Bee")
    # Every message has an id of its own.
    ids = list(Message.objects.filter(conversation=row, author_kind="bot").values_list("client_id", flat=True))
    assert len(ids) == len(set(ids))
