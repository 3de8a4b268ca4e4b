"""Search: who and what is found, who may find it, and where it leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Alias, Conversation, Identity, Message
from conversations.words import parsed
from tests import make
from tests.rest import Program

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def found(client, words: str, **others: str) -> list[int]:
    page = client.get("/", {"view": "all", "q": words, **others}).context["page"]
    return [row.conversation.pk for row in page.rows]


@pytest.fixture
def talks(webchat):
    return {
        "parcel": make.conversation(webchat, text="Where is my parcel? It’s late.", name="Nora Nowak"),
        "zoe": make.conversation(webchat, text="It is for Zoë Müller", name="Otto Berg"),
        "refund": make.conversation(webchat, text="Refund 100%, please", name="Pia Parcel"),
    }


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("parcel", {"parcel", "refund"}),  # a message of one, the name of the other
        ("late parc", {"parcel"}),
        ("PARCEL nora", set()),  # not in one message, nor in one name
        ("nowak nora", {"parcel"}),
        ("zoe mull", {"zoe"}),
        ("MÜLLER", {"zoe"}),
        ("100%", {"refund"}),
        ("it s", {"parcel"}),
        ("& | ! ( ) : * ' \\", {"parcel", "zoe", "refund"}),  # nothing that is a word: not narrowed down
        ("nothing of the kind", set()),
    ],
)
def test_every_word_must_be_there_and_the_last_may_be_begun(as_ana, talks, typed, names):
    assert set(found(as_ana, typed)) == {talks[name].pk for name in names}


def test_rest_finds_the_same_as_the_page(as_ana, ana, talks):
    for typed in ("parcel", "late parc", "zoe mull", "nothing of the kind"):
        assert Program(ana).ids("conversations", q=typed) == found(as_ana, typed)


def test_people_are_found_by_every_address_they_have(as_ana, webchat):
    row = make.conversation(webchat, who="visitor-77", name="Nora")
    identity = Identity.objects.get(external_id="visitor-77")
    Identity.objects.filter(pk=identity.pk).update(username="nora_nowak")
    identity.contact.email, identity.contact.phone = "nora@example.org", "+49 171 2345678"
    identity.contact.save()
    Alias.objects.create(identity=identity, channel=webchat, external_id="491712345678")
    make.conversation(webchat, who="visitor-78", name="Omar")
    for typed in ("visitor 77", "nora_now", "nora@example.org", "example.org", "+49 171 2345678", "491712"):
        assert found(as_ana, typed) == [row.pk], typed


def test_a_private_note_is_found_too(as_ana, ana, talks):
    talks["zoe"].note("She is a wholesaler", by=ana)
    assert found(as_ana, "wholesaler") == [talks["zoe"].pk]


def test_cara_finds_nothing_of_what_sales_and_its_customers_say(client, cara, talks):
    client.force_login(cara)
    assert talks["parcel"].team not in cara.teams.all()
    assert found(client, "parcel") == found(client, "nowak") == []


def test_search_and_filters_narrow_down_together(as_ana, ana, talks):
    talks["parcel"].close(by=ana)
    assert found(as_ana, "parcel", state="closed") == [talks["parcel"].pk]


def test_a_row_shows_the_last_message_found_with_its_words_marked(as_ana, webchat, talks):
    make.message(webchat, "The parcel is here now", who=talks["parcel"].identity.external_id)
    last = make.message(webchat, "Thanks", who=talks["parcel"].identity.external_id)
    page = as_ana.get("/", {"view": "all", "q": "parcel"})
    [row] = [row for row in page.context["page"].rows if row.conversation == talks["parcel"]]
    assert "".join(piece.text for piece in row.line) == "The parcel is here now"
    assert [piece.text for piece in row.line if piece.hit] == ["parcel"]
    assert row.found == last.pk - 1
    assert f"&amp;at={row.found}" in page.content.decode()


def test_script_that_is_found_is_shown_as_text(as_ana, webchat):
    make.conversation(webchat, text="<script>alert(1)</script> <mark>bold</mark>", name="<script>")
    page = as_ana.get("/", {"view": "all", "q": "script alert"}).content.decode()
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)&lt;/<mark>script</mark>&gt; &lt;mark&gt;" in page
    assert "<script>alert" not in page


def test_the_conversation_opens_at_the_message_that_was_found(as_ana, webchat, conversation):
    for number in range(40):
        make.message(webchat, f"line {number}", who="visitor-1")
    target = Message.objects.get(text="line 20")
    for number in range(40, 120):
        make.message(webchat, f"line {number}", who="visitor-1")
    page = as_ana.get(f"/conversations/{conversation.pk}/?at={target.pk}", headers=HTMX)
    shown = [line.message.text for line in page.context["lines"] if line.message]
    assert shown == [f"line {number}" for number in range(5, 120)]
    assert page.content.decode().count("is-found") == 1
    older = as_ana.get(f"/conversations/{conversation.pk}/older/?before={page.context['oldest']}").context["lines"]
    assert [line.message.text for line in older if line.message][-1] == "line 4"


def test_a_message_of_another_conversation_opens_nothing_of_it(as_ana, webchat, support, conversation):
    other = make.message(make.channel("webchat", support), "secret", who="stranger")
    page = as_ana.get(f"/conversations/{conversation.pk}/?at={other.pk}", headers=HTMX)
    assert "secret" not in page.content.decode() and page.status_code == 200


def test_pages_of_what_was_found_follow_one_another(as_ana, webchat):
    rows = [make.conversation(webchat, text="the same words", name=f"Words {number}").pk for number in range(65)]
    seen, key = [], ""
    for _page in range(3):
        page = as_ana.get("/inbox/more/", {"view": "all", "q": "words", "after": key}).context["page"]
        seen += [row.conversation.pk for row in page.rows]
        key = page.more
    assert (seen, key) == (sorted(rows, reverse=True), "")


def test_thirty_found_cost_as_many_queries_as_one(as_ana, webchat):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_ana.get("/", {"view": "all", "q": "words"})
        return len(queries)

    make.conversation(webchat, text="the same words")
    cost()
    one = cost()
    for _ in range(29):
        make.conversation(webchat, text="the same words")
    assert cost() == one


def test_the_longest_text_is_stored_and_found_by_its_beginning(webchat):
    text = "parcel " + " ".join(f"word{number}" for number in range(200_000))
    row = make.conversation(webchat, text=text)
    assert len(text) > 2_000_000
    said, *_others = Conversation.objects.having(parsed("parcel"))
    assert list(said) == [row]
