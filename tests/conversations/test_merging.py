"""Two contacts that are one person: merged, told, undone; whatever happens in the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, connections, transaction

from conversations.contacts import describing, merging
from conversations.inbox import panel
from conversations.models import Attribute, Contact, Conversation, Identity, Merge
from monty.errors import Forbidden, Overtaken
from teams.models import Teammate
from tests import make
from tests.at_once import at_once
from tests.processes import wait_until
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


def allowed(person: Teammate) -> Teammate:
    person.user_permissions.add(Permission.objects.get(codename="merge_contact"))
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def ana(ana) -> Teammate:
    return allowed(ana)


@pytest.fixture
def nora(webchat) -> Conversation:
    """On the webchat; she is known by her mail."""
    row = make.conversation(webchat, who="nora", name="Nora Berg")
    Contact.objects.filter(pk=row.contact.pk).update(email="nora@example.org", country="Norway")
    return Conversation.objects.get(pk=row.pk)


@pytest.fixture
def n_berg(pigeon) -> Conversation:
    """On another channel of Sales; perhaps the same."""
    row = make.conversation(pigeon, who="nb", name="N. Berg")
    Contact.objects.filter(pk=row.contact.pk).update(email="Nora@Example.org", phone="+4915123456789")
    return Conversation.objects.get(pk=row.pk)


def merged(nora, n_berg, ana, **fields) -> Merge:
    return merging.merge(nora.contact, n_berg.contact, by=ana, at=nora, **fields)


def whose(row: Conversation) -> int:
    return Identity.objects.get(pk=row.identity_id).contact_id


def card(contact: Contact) -> tuple[str, ...]:
    row = Contact.objects.get(pk=contact.pk)
    return row.name, row.email, row.phone, row.country


# --- The rule ---------------------------------------------------------------------------------------------------------


def test_everything_of_the_other_moves_and_fills_what_was_not_known(nora, n_berg, ana):
    merged(nora, n_berg, ana)
    assert whose(n_berg) == whose(nora) == nora.contact.pk
    assert card(nora.contact) == ("Nora Berg", "nora@example.org", "+4915123456789", "Norway")
    assert not Contact.objects.who_speak_in(Conversation.objects.all()).filter(pk=n_berg.contact.pk).exists()


def test_where_both_say_something_one_chooses(nora, n_berg, ana):
    merged(nora, n_berg, ana, take=["name"])
    assert card(nora.contact)[:2] == ("N. Berg", "nora@example.org")


def test_own_attributes_come_along(nora, n_berg, ana):
    Attribute.objects.create(key="size", label="Size")
    Contact.objects.filter(pk=n_berg.contact.pk).update(attributes={"size": "M"})
    merged(nora, n_berg, ana)
    assert Contact.objects.get(pk=nora.contact.pk).attributes == {"size": "M"}


def test_both_live_conversations_go_on_and_tell_of_it_without_names(client, nora, n_berg, ana):
    merged(nora, n_berg, ana)
    client.force_login(ana)
    for row in (nora, n_berg):
        assert Conversation.objects.get(pk=row.pk).state == "open"
        lines = [line.sentence for line in client.get(f"/conversations/{row.pk}/").context["lines"]]
        assert lines[-1] == "Ana merged this customer’s contact with another one"


def test_without_the_permission_nothing_is_merged(nora, n_berg, ben):
    with pytest.raises(Forbidden):
        merged(nora, n_berg, ben)
    assert whose(n_berg) == n_berg.contact.pk


# --- Undo -------------------------------------------------------------------------------------------------------------


def test_undone_both_are_as_before(nora, n_berg, ana):
    before = card(nora.contact), card(n_berg.contact)
    merging.undo(merged(nora, n_berg, ana, take=["name", "email"]), by=ana, at=nora)
    assert (card(nora.contact), card(n_berg.contact)) == before
    assert (whose(nora), whose(n_berg)) == (nora.contact.pk, n_berg.contact.pk)
    assert n_berg.events.latest("pk").verb == "unmerge"


def test_what_was_said_meanwhile_goes_back_along_with_its_channel(nora, n_berg, ana, pigeon):
    number, made = n_berg.contact.pk, merged(nora, n_berg, ana)
    n_berg.close(by=ana)
    newer = make.message(pigeon, "Me again", who="nb").conversation
    merging.undo(made, by=ana, at=nora)
    assert whose(newer) == number


OBSTACLES = {
    "“Phone” has been changed since.": lambda nora, n_berg, ana: describing.describe(nora, {"phone": ""}, by=ana),
    "This has been undone already.": lambda nora, n_berg, ana: merging.undo(Merge.objects.get(), by=ana, at=nora),
    "An address that was moved has become somebody else’s since.": lambda nora, n_berg, ana: Identity.objects.filter(
        pk=n_berg.identity_id
    ).update(contact=Contact.objects.create()),
    "This contact has been merged with another one since. Undo that first.": lambda nora, n_berg, ana: merging.merge(
        make.conversation(nora.channel).contact, nora.contact, by=ana, at=nora
    ),
}


@pytest.mark.parametrize("words", OBSTACLES)
def test_after_something_that_forbids_it_undo_is_refused_in_words(words, nora, n_berg, ana):
    made = merged(nora, n_berg, ana)
    OBSTACLES[words](nora, n_berg, ana)
    with pytest.raises(Overtaken, match=words):
        merging.undo(made, by=ana, at=nora)


def test_a_field_that_the_merge_did_not_touch_may_have_changed(nora, n_berg, ana):
    made = merged(nora, n_berg, ana)
    describing.describe(nora, {"country": "Sweden"}, by=ana)
    merging.undo(made, by=ana, at=nora)
    assert card(nora.contact)[3] == "Sweden"


def test_two_merges_are_undone_in_any_order(nora, n_berg, ana, webchat):
    third = make.conversation(webchat, who="third", name="Berg")
    first = merged(nora, n_berg, ana)
    second = merged(nora, third, ana)
    for made in (first, second):
        merging.undo(made, by=ana, at=nora)
    assert [whose(row) for row in (nora, n_berg, third)] == [row.contact.pk for row in (nora, n_berg, third)]


# --- In the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True])
def test_of_two_merges_at_once_one_wins_and_the_other_is_told(crossed, nora, n_berg, ana):
    one = (nora.contact, n_berg.contact)
    other = one[::-1] if crossed else one
    outcomes = at_once(lambda: merging.merge(*one, by=ana, at=nora), lambda: merging.merge(*other, by=ana, at=n_berg))
    assert sorted(type(each).__name__ for each in outcomes) == ["Merge", "Overtaken"]
    assert whose(nora) == whose(n_berg)


@pytest.mark.django_db(transaction=True)
def test_a_chain_of_merges_at_once_loses_nobody(nora, n_berg, ana, webchat):
    third = make.conversation(webchat, who="third", name="Berg")
    outcomes = at_once(
        lambda: merging.merge(nora.contact, n_berg.contact, by=ana, at=nora),
        lambda: merging.merge(n_berg.contact, third.contact, by=ana, at=third),
    )
    assert any(isinstance(each, Merge) for each in outcomes)
    assert Contact.objects.filter(merged_into=None, identities=None).count() == 0
    assert Contact.objects.exclude(merged_into=None).filter(identities__isnull=False).count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_undoings_at_once_one_is_told(nora, n_berg, ana):
    made = merged(nora, n_berg, ana)
    outcomes = at_once(*[lambda: merging.undo(Merge.objects.get(pk=made.pk), by=ana, at=nora)] * 2)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Overtaken"]


@pytest.mark.django_db(transaction=True)
def test_what_the_customer_writes_during_a_merge_is_lost_nowhere(nora, n_berg, ana, webchat, pigeon):
    at_once(
        lambda: merged(nora, n_berg, ana),
        *[lambda number=number: make.message(pigeon, f"P{number}", who="nb", name="N. Berg") for number in range(3)],
        *[lambda number=number: make.message(webchat, f"W{number}", who="nora") for number in range(3)],
    )
    assert (nora.messages.count(), n_berg.messages.count()) == (4, 4)
    assert whose(n_berg) == whose(nora)
    assert Identity.objects.count() == 2
    assert Contact.objects.filter(merged_into=None).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_customer_known_by_another_of_their_ids_who_waits_for_the_merge_is_still_known(nora, n_berg, ana, pigeon):
    """Their message asks for the lock before the merge is committed, and gets it afterwards."""
    identity = Identity.objects.get(pk=n_berg.identity_id)
    identity.aliases.create(channel=pigeon, external_id="nb-alias")

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            merged(nora, n_berg, ana)
            written = threads.submit(alone, lambda: make.message(pigeon, "By my other id", who="nb-alias"))
            wait_until(somebody_waits_for_a_lock, what="The customer's message")
        message = written.result(10)

    assert message.conversation_id == n_berg.pk
    assert Identity.objects.count() == 2


def alone(call):
    """In a thread with a connection of its own."""
    try:
        return call()
    finally:
        connections.close_all()


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.mark.once
def test_the_panel_suggests_whom_it_might_be_and_says_whether_that_is_verified(page, nora, n_berg):
    [double] = page.get(f"/conversations/{nora.pk}/panel/").context["doubles"]
    assert (double.contact, double.same, double.verified) == (n_berg.contact, "the same e-mail address", False)
    Identity.objects.filter(pk=n_berg.identity_id).update(verified=True)
    assert page.get(f"/conversations/{nora.pk}/panel/").context["doubles"][0].verified


@pytest.mark.once
def test_one_searches_compares_chooses_and_merges(page, nora, n_berg):
    found = page.get(f"/conversations/{nora.pk}/merge/", {"q": "berg"}, headers=BY_SCRIPT).context["found"]
    assert [contact for contact, _theirs in found] == [n_berg.contact]
    address = f"/conversations/{nora.pk}/merge/{n_berg.contact.pk}/"
    rows = page.get(address).context["choices"]
    assert {row.field.name: row.differs for row in rows} == {
        "name": True,
        "email": True,
        "phone": False,
        "country": False,
    }
    chosen = {"stays": n_berg.contact.pk, "value-name": nora.contact.pk, "value-email": n_berg.contact.pk}
    answer = page.post(address, chosen, headers=BY_SCRIPT)
    assert answer.status_code == 204
    assert "unmerge" in answer["HX-Trigger"]
    assert whose(nora) == n_berg.contact.pk
    assert card(n_berg.contact) == ("Nora Berg", "Nora@Example.org", "+4915123456789", "Norway")


@pytest.mark.once
def test_a_merge_is_undone_from_the_panel(page, nora, n_berg, ana):
    made = merged(nora, n_berg, ana)
    assert page.get(f"/conversations/{nora.pk}/panel/").context["merges"] == [made]
    assert page.post(f"/conversations/{nora.pk}/unmerge/{made.pk}/", headers=BY_SCRIPT).status_code == 204
    assert page.get(f"/conversations/{nora.pk}/panel/").context["merges"] == []
    assert is_problem(page.post(f"/conversations/{nora.pk}/unmerge/{made.pk}/", headers=BY_SCRIPT), 409, "overtaken")


@pytest.mark.once
def test_what_belongs_to_another_team_is_neither_shown_nor_counted(page, nora, n_berg, ana, cara, support):
    hers = make.conversation(make.channel("webchat", support), who="secret", name="Nora Berg")
    Contact.objects.filter(pk=hers.contact.pk).update(email="nora@example.org")
    found = page.get(f"/conversations/{nora.pk}/merge/", {"q": "nora"}, headers=BY_SCRIPT).context["found"]
    assert [contact for contact, _theirs in found] == [n_berg.contact]
    assert page.get(f"/conversations/{nora.pk}/merge/{hers.contact.pk}/").status_code == 404
    assert [each.contact for each in panel.doubles(nora.contact, ana)] == [n_berg.contact]

    # Somebody who sees both makes them one: Ana learns nothing of it but that it happened.
    sven = allowed(make.teammate("sven", support, nora.team))
    made = merging.merge(nora.contact, hers.contact, by=sven, at=nora)
    shown = page.get(f"/conversations/{nora.pk}/panel/")
    assert (shown.context["others"].rows, shown.context["merges"]) == ([], [])
    assert [each.channel for each in shown.context["addresses"]] == [nora.channel]
    assert page.post(f"/conversations/{nora.pk}/unmerge/{made.pk}/", headers=BY_SCRIPT).status_code == 404


@pytest.mark.once
def test_without_the_permission_there_is_nothing_to_press_and_the_address_is_shut(client, ben, nora, n_berg):
    client.force_login(ben)
    assert "Merge…" not in client.get(f"/conversations/{nora.pk}/panel/").content.decode()
    address = f"/conversations/{nora.pk}/merge/{n_berg.contact.pk}/"
    assert is_problem(client.post(address, {"stays": nora.contact.pk}, headers=BY_SCRIPT), 403, "forbidden")


@pytest.mark.once
def test_a_contact_is_not_merged_with_itself(page, nora):
    answer = page.post(f"/conversations/{nora.pk}/merge/{nora.contact.pk}/", headers=BY_SCRIPT)
    assert is_problem(answer, 400, "invalid")


# --- REST -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_rest_merges_and_undoes(ana, nora, n_berg):
    program = Program(ana)
    answer = program.post(f"contacts/{nora.contact.pk}/merge", {"other": n_berg.contact.pk, "take": ["name"]})
    assert (answer.status_code, answer.json()["contact"]["name"]) == (200, "N. Berg")
    assert is_problem(program.get(f"contacts/{n_berg.contact.pk}"), 404, "not_found")
    undone = program.post(f"contacts/{nora.contact.pk}/unmerge", merge=answer.json()["merge"])
    assert (undone.status_code, undone.json()["name"]) == (200, "Nora Berg")
    again = program.post(f"contacts/{nora.contact.pk}/unmerge", merge=answer.json()["merge"])
    assert is_problem(again, 409, "overtaken")


@pytest.mark.once
def test_rest_merges_nobody_whom_one_may_not_see(ana, cara, nora, support):
    hers = make.conversation(make.channel("webchat", support))
    for person, mine, other in ((ana, nora, hers), (allowed(cara), nora, hers)):
        answer = Program(person).post(f"contacts/{mine.contact.pk}/merge", other=other.contact.pk)
        assert is_problem(answer, 404, "not_found")


@pytest.mark.once
def test_rest_refuses_without_the_permission(ben, nora, n_berg):
    answer = Program(ben).post(f"contacts/{nora.contact.pk}/merge", other=n_berg.contact.pk)
    assert is_problem(answer, 403, "forbidden")
