"""Mentions: @username in a private note calls whoever sees the conversation, and nobody else."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from channels_app import live
from conversations import mentions
from conversations.balancer import leaving
from conversations.models import Conversation, Mention
from conversations.templatetags.inbox import noted
from monty.errors import BadInput
from teams.models import Teammate
from tests import make
from tests.rest import Program, is_problem

HTMX = {"HX-Request": "true", "Accept": "application/json"}


def called(conversation, text, by) -> list[str]:
    note = conversation.note(text, by=by).message
    return sorted(note.mentions.values_list("teammate__username", flat=True))


# --- Whom a note calls ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ben look", ["ben"]),
        ("Ask (@ben), or @sara.", ["ben", "sara"]),
        ("@ben @ben @ben", ["ben"]),
        ("nobody", []),
        ("mail me: x@ben", []),
        ("https://example.org/@ben", []),
        ("@ ben, @nobody, @", []),
        ("@ana, a note to myself", []),
    ],
)
def test_whoever_stands_after_an_at_sign(conversation, ana, ben, sara, text, names):
    assert called(conversation, text, ana) == names


def test_who_does_not_see_the_conversation_is_refused_in_words_and_nothing_is_kept(conversation, ana, ben, cara):
    with pytest.raises(BadInput, match="Cara cannot see this conversation"):
        conversation.note("@ben @cara", by=ana)
    assert not conversation.messages.filter(private=True).exists()
    assert not Mention.objects.exists()


def test_whoever_has_left_the_house_is_not_called(conversation, ana, ben):
    Teammate.objects.filter(pk=ben.pk).update(is_active=False)
    assert called(conversation, "@ben", ana) == []


def test_more_than_twenty_are_too_many(conversation, sales, ana):
    people = [make.teammate(f"many{number}", sales) for number in range(21)]
    with pytest.raises(BadInput, match="at most 20"):
        conversation.note(" ".join(f"@{each.username}" for each in people), by=ana)


def test_an_answer_to_the_customer_calls_nobody(conversation, ana, ben):
    conversation.reply("@ben will call you", by=ana)
    assert not Mention.objects.exists()


def test_a_note_left_when_leaving_calls_as_well(conversation, ana, ben):
    conversation.assign_to(ana, by=None)
    assert leaving.leave(ana, [leaving.Wish(conversation.pk, leaving.KEEP, "@ben please")]) == []
    assert Mention.objects.get().teammate == ben


def test_who_sees_a_conversation_is_its_sight_the_other_way_round(webchat, ana, ben, cara, sara):
    by_group = make.teammate("greta")
    by_group.groups.add(Group.objects.create(name="Overseers"))
    by_group.groups.get().permissions.add(Permission.objects.get(codename="oversee"))
    Teammate.objects.create_superuser("root")
    make.teammate("gone", is_active=False)
    nowhere = make.conversation(make.channel("webchat"))
    rows = [make.conversation(webchat), make.conversation(webchat, state="assigned", assignee=cara), nowhere]
    for row in rows:
        seeing = {
            person.pk
            for person in Teammate.objects.at_work()
            if Conversation.objects.visible_to(person).filter(pk=row.pk).exists()
        }
        assert {each.pk for each in mentions.who_see(row)} == seeing


@given(st.text(alphabet="@ab. (\n", max_size=40))
def test_any_text_is_read_to_its_end(text):
    for start, end, name in mentions.named(text):
        assert text[start:end] == f"@{name}"


def test_in_the_thread_they_are_marked_and_all_else_is_escaped():
    shown = noted("<b> @ben & @cara https://example.org/?q=@ben", {"ben": 1})
    assert '&lt;b&gt; <mark class="mention">@ben</mark> &amp; @cara <a ' in shown
    assert shown.count("<mark") == 1


# --- Being told -------------------------------------------------------------------------------------------------------


def test_only_those_called_are_told(conversation, ana, ben, sara, ears, django_capture_on_commit_callbacks):
    bens, saras = ears.listen(live.person(ben.pk)), ears.listen(live.person(sara.pk))
    with django_capture_on_commit_callbacks(execute=True):
        conversation.note("@ben look", by=ana)
    assert ears.heard(bens) == [{"hint": "mentioned", "conversation": conversation.pk, "by": ana.pk}]
    assert ears.heard(saras) == []


# --- The pages --------------------------------------------------------------------------------------------------------

pages = pytest.mark.once


@pytest.fixture
def as_ben(client, ben):
    client.force_login(ben)
    return client


@pages
def test_the_view_keeps_them_and_counts_what_was_not_looked_at(as_ben, conversation, webchat, ana):
    make.conversation(webchat, name="Somebody else")
    conversation.note("@ben look", by=ana)
    page = as_ben.get("/?view=mentions").content.decode()
    assert 'at-sign"></use></svg><span class="place-name" dir="auto">Mentions</span><span class="place-count">1' in page
    assert f'id="row-{conversation.pk}"' in page
    assert "Somebody else" not in page
    assert "data-mentioned=" in as_ben.get(f"/conversations/{conversation.pk}/").content.decode().partition("<main")[2]

    assert as_ben.post(f"/conversations/{conversation.pk}/mentions-seen/").status_code == 204
    page = as_ben.get("/?view=mentions").content.decode()
    assert 'dir="auto">Mentions</span></a>' in page
    assert f'id="row-{conversation.pk}"' in page


@pages
def test_they_stay_in_the_view_when_the_conversation_ends(as_ben, conversation, ana):
    conversation.note("@ben look", by=ana)
    conversation.close(by=ana)
    assert f'id="row-{conversation.pk}"' in as_ben.get("/?view=mentions").content.decode()


@pages
def test_what_moved_out_of_sight_is_neither_listed_nor_counted(as_ben, conversation, ana, support, sara):
    conversation.note("@ben look", by=ana)
    conversation.hand_to(support, by=sara)
    page = as_ben.get("/?view=mentions").content.decode()
    assert f'id="row-{conversation.pk}"' not in page
    assert 'dir="auto">Mentions</span></a>' in page
    for address in ("mentioned", "mentionable"):
        assert as_ben.get(f"/conversations/{conversation.pk}/{address}/").status_code == 404
    assert as_ben.post(f"/conversations/{conversation.pk}/mentions-seen/").status_code == 404


@pages
def test_looking_at_mine_leaves_others_as_they_are(as_ben, conversation, ana, sara):
    conversation.note("@ben @sara look", by=ana)
    as_ben.post(f"/conversations/{conversation.pk}/mentions-seen/")
    assert [each.teammate for each in Mention.objects.unseen()] == [sara]


@pages
def test_it_is_told_in_a_sentence_until_looked_at(as_ben, conversation, ana):
    conversation.note("@ben look", by=ana)
    address = f"/conversations/{conversation.pk}/mentioned/"
    assert "<bdi>Ana</bdi> mentioned you" in as_ben.get(address).content.decode()
    as_ben.post(f"/conversations/{conversation.pk}/mentions-seen/")
    assert "mentioned you" not in as_ben.get(address).content.decode()


@pages
def test_those_who_see_the_conversation_are_offered_and_not_oneself(as_ben, conversation, ana, cara, sara):
    page = as_ben.get(f"/conversations/{conversation.pk}/mentionable/").content.decode()
    assert [name in page for name in ("@ana ", "@sara ", "@cara ", "@ben ")] == [True, True, False, False]


@pages
def test_notes_stand_in_the_thread_whether_they_call_somebody_or_not(as_ben, conversation, ana):
    for text in ("@ben look", "nobody is called"):
        conversation.note(text, by=ana)
    page = as_ben.get(f"/conversations/{conversation.pk}/").content.decode()
    assert '<mark class="mention">@ben</mark> look' in page
    assert "nobody is called" in page


@pages
def test_a_refused_note_comes_back_with_the_reason(as_ben, conversation, cara):
    answer = as_ben.post(f"/conversations/{conversation.pk}/note/", {"text": "@cara"}, headers=HTMX)
    assert (answer.status_code, "Cara cannot see" in answer.json()["detail"]) == (400, True)


@pages
def test_many_cost_no_more_queries_than_one(as_ben, webchat, conversation, ana):
    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert as_ben.get(address).status_code == 200
        return len(captured)

    addresses = ["/?view=mentions", f"/conversations/{conversation.pk}/", "/api/v1/mentions/"]
    conversation.note("@ben look", by=ana)
    few = [queries(each) for each in addresses]
    for _number in range(6):
        make.conversation(webchat).note("@ben look", by=ana)
        conversation.note("@ben again", by=ana)
    assert [queries(each) for each in addresses] == few


# --- REST -------------------------------------------------------------------------------------------------------------


@pages
def test_a_program_lists_its_persons_mentions_and_marks_them(conversation, ana, ben, sara):
    note = conversation.note("@ben look", by=ana).message
    [row] = Program(ben).get("mentions/").json()["results"]
    assert (row["conversation"], row["message"], row["by"], row["text"], row["seen_at"]) == (
        conversation.pk,
        note.pk,
        ana.pk,
        "@ben look",
        None,
    )
    assert Program(ben).post(f"mentions/{row['id']}/see/").json()["seen_at"] is not None
    assert Program(sara).get("mentions/").json()["results"] == []
    assert is_problem(Program(sara).post(f"mentions/{row['id']}/see/"), 404, "not_found")


@pages
def test_a_program_calls_by_a_note(conversation, ana, ben, cara):
    path = f"conversations/{conversation.pk}/note/"
    assert Program(ana).post(path, text="@ben look").status_code == 200
    assert is_problem(Program(ana).post(path, text="@cara look"), 400, "invalid")
    assert [each.teammate for each in Mention.objects.all()] == [ben]
