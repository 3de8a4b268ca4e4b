"""How urgent a conversation is: said by a verb, from page, REST and admin."""

import pytest

from conversations.balancer.assignment import assign_waiting
from conversations.inbox import timeline
from conversations.models import Conversation, Priority
from monty.errors import VerbNotAllowed
from tests import make
from tests.rest import Program, is_problem


def test_the_thread_says_who_made_it_urgent(conversation, ana):
    conversation.prioritize(Priority.URGENT, by=ana)
    [line] = timeline.lines(conversation.events.filter(verb="prioritize"))
    assert line.sentence == "Ana set the priority to Urgent"


def test_the_priority_it_has_leaves_no_trace(conversation, ana):
    assert conversation.prioritize(Priority.NORMAL, by=ana) is None


def test_what_has_ended_has_no_priority_to_change(conversation, ana):
    conversation.close(by=ana)
    with pytest.raises(VerbNotAllowed):
        conversation.prioritize(Priority.HIGH, by=ana)


def test_auto_assign_hands_the_more_urgent_out_first(webchat, sales, ana):
    first, second = make.conversation(webchat), make.conversation(webchat)
    second.prioritize(Priority.HIGH, by=None)
    ana.capacity, sales.auto_assign = 1, True
    ana.save()
    sales.save()
    make.ready(ana)
    assign_waiting(sales.pk)
    assert Conversation.objects.get(assignee=ana) == second
    assert Conversation.objects.get(pk=first.pk).assignee is None


@pytest.mark.once
def test_the_page_changes_it_and_shows_it(client, ana, conversation):
    client.force_login(ana)
    client.post(f"/conversations/{conversation.pk}/prioritize/", {"priority": "high"})
    content = client.get(f"/conversations/{conversation.pk}/?view=all").content.decode()
    assert content.count("Priority: High") == 2  # The row's flag, as a title and as hidden words.
    assert 'id="priority"' in content and "priority is-high" in content


@pytest.mark.once
@pytest.mark.parametrize("name", ["highest", "", "3"])
def test_an_unknown_priority_is_refused_by_page_and_rest(client, ana, conversation, name):
    client.force_login(ana)
    asked = client.post(
        f"/conversations/{conversation.pk}/prioritize/", {"priority": name}, headers={"Accept": "application/json"}
    )
    assert is_problem(asked, 400, "invalid")
    assert is_problem(Program(ana).post(f"conversations/{conversation.pk}/priority", priority=name), 400, "invalid")


@pytest.mark.once
def test_the_menu_marks_the_one_it_has_and_is_not_there_for_whoever_may_not_see_it(client, ana, cara, conversation):
    client.force_login(ana)
    content = client.get(f"/conversations/{conversation.pk}/priorities/").content.decode()
    assert content.count('class="menu-item"') == 4
    assert content.count('aria-current="true"') == 1
    client.force_login(cara)
    assert client.get(f"/conversations/{conversation.pk}/priorities/").status_code == 404


@pytest.mark.once
def test_rest_changes_it(ana, conversation):
    answer = Program(ana).post(f"conversations/{conversation.pk}/priority", priority="urgent")
    assert (answer.status_code, answer.json()["priority"]) == (200, "urgent")


@pytest.mark.once
def test_who_does_not_see_it_changes_nothing(cara, conversation):
    answer = Program(cara).post(f"conversations/{conversation.pk}/priority", priority="urgent")
    assert is_problem(answer, 404, "not_found")


@pytest.mark.once
def test_the_admin_changes_it(client, supervisor, conversation):
    client.post(f"/admin/conversations/conversation/{conversation.pk}/press/prioritize/", {"priority": "low"})
    assert Conversation.objects.get(pk=conversation.pk).priority == Priority.LOW
