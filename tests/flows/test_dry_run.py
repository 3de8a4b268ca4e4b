"""A draft tried on what customers really wrote: only where it differs, only what one may see, and nothing is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations.models import Message
from flows import dry_run, tasks
from flows.models import DryRun, FlowRun, FlowVersion, HumanWord
from monty.admin import address
from monty.errors import BadInput
from teams.models import keeping
from tests import make
from tests.flows.flow import MENU, document, flow, node, say

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SHORT = document(
    node("menu", "ask", text="What is it about?", kind="text", save_as="topic", exits={"next": "bye"}),
    say("bye", "Thank you."),
)


@pytest.fixture
def draft(webchat) -> FlowVersion:
    HumanWord.objects.get_or_create(language="en", word="human")
    draft = flow("Welcome", MENU).edit(by=None)
    draft.edit(SHORT, by=None)
    return draft


def talk(channel, who: str, *words: str):
    start = timezone.now() - timedelta(hours=2)
    for number, text in enumerate(words):
        with time_machine.travel(start + timedelta(minutes=number)):
            row = make.message(channel, text, who).conversation
    return row


def tried(draft, by, number=50) -> DryRun:
    run = dry_run.start(draft, number, by=by)
    tasks.dry_run(run.pk)
    run.refresh_from_db()
    return run


def test_where_the_ways_part_is_told(webchat, draft, sara):
    row = talk(webchat, "visitor-1", "Hi", "My order", "10482")
    messages = Message.objects.count()
    run = tried(draft, sara)
    only = run.tries.get()
    assert (only.conversation, only.differs) == (row, ["ending", "answers"])
    assert (only.before["ending"], only.before["answers"]) == (
        "handed_over",
        {"topic": "My order", "number": "10482"},
    )
    assert (only.after["ending"], only.after["detail"]) == ("dead_end", "bye")
    assert run.is_finished
    assert (Message.objects.count(), FlowRun.objects.count()) == (messages, 0)


def test_who_goes_the_same_way_is_only_counted(webchat, draft, sara):
    talk(webchat, "visitor-1", "Hi", "I want a human")
    run = tried(draft, sara)
    assert run.tries.get().differs == []
    assert dry_run.summary(list(run.tries.all())) == [("Handed over to a person", 1, 1)]


def test_who_falls_silent_runs_into_the_time_out(webchat, draft, sara):
    talk(webchat, "visitor-1", "Hi")
    assert tried(draft, sara).tries.get().before["ending"] == "dead_end"


def test_at_most_so_many_and_the_newest(webchat, draft, sara):
    rows = [talk(webchat, f"visitor-{number}", "Hi") for number in range(3)]
    assert set(tried(draft, sara, 2).tries.values_list("conversation", flat=True)) == {rows[1].pk, rows[2].pk}
    with pytest.raises(BadInput):
        dry_run.start(draft, 201, by=sara)


def test_nobody_learns_of_conversations_that_they_do_not_see(webchat, draft, ana, cara, client, supervisor):
    row = talk(webchat, "visitor-1", "Hi", "My order", "10482")
    with pytest.raises(BadInput):
        dry_run.start(draft, 50, by=cara)
    run = tried(draft, ana)
    assert run.tries.seen_by(ana).count() == 1
    row.hand_to(cara.teams.get(), by=ana)
    assert run.tries.seen_by(ana).count() == 0


def test_it_is_started_and_read_in_the_admin(webchat, draft, client, supervisor):
    row = talk(webchat, "visitor-1", "Hi", "My order", "10482")
    url = address(FlowVersion, "dry-run", draft.pk)
    assert "Ensure this value" in client.post(url, {"number": 0}).content.decode()
    client.post(url, {"number": 5})
    run = DryRun.objects.get()
    assert "0 of 1 conversations" in client.get(url).content.decode()
    tasks.dry_run(run.pk)
    page = client.get(url).content.decode()
    assert f"#{row.pk} " in page and "Dead end" in page and "10482" in page
    assert client.get(f"{url}?run=999").status_code == 404


def test_a_lost_worker_is_missed_and_another_goes_on(webchat, draft, sara, monkeypatch):
    for number in range(3):
        talk(webchat, f"visitor-{number}", "Hi")
    monkeypatch.setattr(dry_run, "BATCH", 1)
    run = dry_run.start(draft, 50, by=sara)
    assert DryRun.objects.claim(run.pk) is not None
    assert DryRun.objects.claim(run.pk) is None
    tasks.resume_dry_runs()
    assert run.done == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        tasks.resume_dry_runs()
    run.refresh_from_db()
    assert (run.done, run.is_finished) == (3, True)


def test_after_a_week_it_is_forgotten(webchat, draft, sara):
    talk(webchat, "visitor-1", "Hi")
    tried(draft, sara)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        keeping.forget_old("flows.dryrun")
    assert not DryRun.objects.exists()
