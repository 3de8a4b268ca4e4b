"""A blocked customer: what they write is kept and makes no work, and they learn nothing of it."""

import pytest

from conversations.contacts import blocking
from conversations.inbox import timeline
from conversations.incoming import joining
from conversations.models import Conversation, Identity
from monty.errors import VerbNotAllowed
from tests import make
from tests.at_once import at_once


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(pk=row.pk)


def sentence(row: Conversation, verb: str) -> str:
    return timeline.lines(row.events.filter(verb=verb))[0].sentence


@pytest.fixture
def blocked(conversation, ana) -> Conversation:
    blocking.block(conversation, by=ana)
    return conversation


@pytest.mark.parametrize("state", ["open", "assigned", "closed", "dropped"])
def test_blocking_leaves_the_conversation_dropped(webchat, ana, state):
    row = make.conversation(webchat, state=state, assignee=ana)
    blocking.block(row, by=ana)
    assert (fresh(row).state, fresh(row).identity.is_blocked) == ("dropped", True)
    assert sentence(row, "block") == "Ana blocked this customer"


def test_what_they_write_is_kept_and_makes_no_work(blocked, webchat):
    said = make.message(webchat, "Me again", who="visitor-1")
    row = fresh(blocked)
    assert said.conversation == row
    assert (row.state, row.unread, row.waiting_since) == ("dropped", 0, None)
    assert Conversation.objects.count() == 1
    assert list(row.events.filter(verb="overhear", message=said))


def test_it_stands_in_the_thread(blocked, webchat):
    make.message(webchat, "Me again", who="visitor-1")
    last = timeline.lines(blocked.events.in_thread().with_message())[-1]
    assert last.message.text == "Me again"


def test_what_comes_twice_is_kept_once(blocked, webchat):
    for _ in range(2):
        make.message(webchat, "Me again", who="visitor-1", external_id="same")
    assert blocked.messages.filter(text="Me again").count() == 1


def test_they_get_no_away_message(blocked, webchat, sales):
    sales.schedule, sales.away_message = make.schedule({}), "We are closed."
    sales.save()
    make.message(webchat, "Me again", who="visitor-1")
    assert not blocked.messages.filter(text="We are closed.").exists()


def test_others_are_heard_as_ever(blocked, webchat):
    assert make.message(webchat, who="visitor-2").conversation.state == "open"


def test_a_blocked_customer_without_a_conversation_gets_one_that_has_ended(blocked, webchat):
    identity = blocked.identity
    blocked.delete()
    row = make.message(webchat, "Me again", who=identity.external_id).conversation
    assert (row.state, row.unread) == ("dropped", 0)


def test_nobody_reopens_it_before_they_are_unblocked(blocked, ana):
    with pytest.raises(VerbNotAllowed, match="blocked"):
        blocked.reopen(by=ana)
    blocking.unblock(blocked, by=ana)
    blocked.reopen(by=ana)
    assert fresh(blocked).state == "reopened"


def test_once_unblocked_what_they_write_is_work_again(blocked, webchat, ana):
    blocking.unblock(blocked, by=ana)
    assert sentence(blocked, "unblock") == "Ana unblocked this customer"
    row = make.message(webchat, "Sorry", who="visitor-1").conversation
    assert (row.state, row.unread) == ("reopened", 1)


def test_blocking_and_unblocking_twice_leaves_no_trace(blocked, ana):
    assert blocking.block(blocked, by=ana) is None
    blocking.unblock(blocked, by=ana)
    assert blocking.unblock(blocked, by=ana) is None


def test_only_the_latest_conversation_blocks_its_customer(conversation, webchat, ana):
    conversation.close(by=ana)
    Conversation.objects.update(window_until=None, inquiry_at=None)
    Conversation.start(conversation.identity, by=None)
    with pytest.raises(VerbNotAllowed, match="newer conversation"):
        blocking.block(conversation, by=ana)
    assert not fresh(conversation).identity.is_blocked


@pytest.mark.parametrize("blocked_one", ["first", "second"])
def test_who_turns_out_to_be_a_blocked_customer_is_blocked(webchat, ana, blocked_one):
    rows = {who: make.message(webchat, who=who).conversation for who in ("first", "second")}
    blocking.block(rows[blocked_one], by=ana)
    joining.join(list(Identity.objects.filter(external_id__in=rows)))
    [identity] = Identity.objects.filter(external_id__in=rows)
    assert identity.is_blocked


def test_its_episode_ends_as_dropped(blocked):
    [episode] = blocked.episodes.all()
    assert episode.outcome == "dropped"


@pytest.mark.django_db(transaction=True)
def test_a_message_in_the_moment_of_blocking_is_kept_and_leaves_nothing_live(conversation, webchat, ana):
    mine = fresh(conversation)
    said, _blocked = at_once(
        lambda: make.message(webchat, "At the same moment", who="visitor-1"), lambda: blocking.block(mine, by=ana)
    )
    row = fresh(conversation)
    assert (row.state, row.unread, row.identity.is_blocked) == ("dropped", 0, True)
    assert said.conversation_id == row.pk
    assert Conversation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_block_one_is_told_of_in_the_thread(conversation, ana, ben):
    mine, theirs = fresh(conversation), fresh(conversation)
    at_once(lambda: blocking.block(mine, by=ana), lambda: blocking.block(theirs, by=ben))
    assert conversation.events.filter(verb="block").count() == 1
