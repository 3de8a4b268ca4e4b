"""“Send Flow” as the last step of a macro, on one conversation and on many."""

import pytest
from django.http import QueryDict

from conversations import bulk
from conversations.forms.macro import MacroForm
from conversations.macros import steps
from conversations.macros.words import offers
from conversations.models import Conversation, Macro
from flows.models import FlowRun, Trigger
from monty.errors import BadInput
from tests import make
from tests.flows.flow import flow


@pytest.fixture
def welcome(db):
    return flow("Welcome")


@pytest.fixture
def back_to_the_bot(welcome, ana) -> Macro:
    form = MacroForm({"name": "Back to the bot", "note": "Over to the bot", "end": f"send_flow-{welcome.pk}"})
    form.instance.owner = ana
    assert form.is_valid(), form.errors
    return form.save()


def test_a_macro_ends_by_sending_a_flow(conversation, ana, back_to_the_bot):
    steps.run(conversation, back_to_the_bot, by=ana)

    row = Conversation.objects.get(pk=conversation.pk)
    assert (row.bot, row.assignee) == ("Welcome", None)
    assert [event.verb for event in row.events.order_by("-pk")[:3]] == ["send_flow", "note", "run_macro"]


def test_it_is_told_and_changed_by_the_flow_s_name(welcome, back_to_the_bot):
    assert offers([back_to_the_bot])[0].steps == ["Note: Over to the bot", "Send Flow: Welcome"]
    assert MacroForm(instance=back_to_the_bot)["end"].value() == f"send_flow-{welcome.pk}"


def test_a_flow_that_cannot_be_sent_here_refuses_the_whole_macro(conversation, ana, welcome, back_to_the_bot):
    welcome.channels.set([make.channel("webchat")])

    with pytest.raises(BadInput) as refused:
        steps.run(conversation, back_to_the_bot, by=ana)

    assert "Send Flow" in str(refused.value)
    assert not conversation.messages.filter(private=True).exists()


def test_one_that_is_gone_says_so(conversation, ana, welcome, back_to_the_bot):
    Trigger.objects.all().delete()

    with pytest.raises(BadInput):
        steps.run(conversation, back_to_the_bot, by=ana)

    assert offers([back_to_the_bot])[0].steps[1] == "Send Flow: (gone)"


def test_many_are_given_to_a_flow_at_once(webchat, ana, back_to_the_bot):
    rows = [make.conversation(webchat) for _number in range(3)]
    fields = QueryDict(f"macro={back_to_the_bot.pk}")

    run = bulk.start("macro", [row.pk for row in rows], fields, by=ana)
    bulk.carry_out(run.pk)

    assert FlowRun.objects.under_way().count() == 3
