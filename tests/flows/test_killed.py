"""A worker that is killed at any of its statements: whoever comes next goes on there, and repeats nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from flows import engine, starting, tasks
from flows.models import FlowRun, FlowStep
from tests import make
from tests.deaths import dies_at
from tests.flows.flow import document, flow, node, said, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("words")]

CHAIN = document(
    say("one", "One", "note"),
    node("note", "note", text="Noted", exits={"next": "two"}),
    say("two", "Two", "ask"),
    node("ask", "ask", text="Three?", kind="text", exits={"next": "desk"}),
    node("desk", "hand_over", text="Four"),
)


def test_killed_anywhere_it_goes_on_at_the_right_node_and_says_nothing_twice(webchat):
    chain = flow("Chain", CHAIN)
    deaths = 0
    # Every seventh statement: each kind of them is met in one node or another.
    for number in range(1, 400, 7):
        row = make.conversation(webchat)
        run = starting.send(row, chain, by=None)
        if not dies_at(number, lambda run=run: engine.advance(run)):
            break
        deaths += 1
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            tasks.go_on_missed()
        assert said(row) == ["One", "Two", "Three?"]
        assert list(FlowStep.objects.filter(run=run).values_list("node", flat=True)) == ["one", "note", "two", "ask"]
        assert FlowRun.objects.get(pk=run.pk).state == "waiting"
    assert deaths > 8
