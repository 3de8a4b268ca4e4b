"""What is known of a contact: checked, put right by people, told in the timeline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.contacts import cards, describing
from conversations.incoming import joining
from conversations.models import Attribute, Contact, Conversation, Identity
from monty.errors import BadInput
from tests import make
from tests.at_once import at_once
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}
SIZE = cards.Field("size", "Size", "choice", own=True, options=(("S", "S"), ("M", "M")))
SINCE = cards.Field("since", "Customer since", "date", own=True)
ORDERS = cards.Field("orders", "Orders", "number", own=True)
VIP = cards.Field("vip", "VIP", "yes_no", own=True)
MOTTO = cards.Field("motto", "Motto", "text", own=True)
STANDARD = {field.name: field for field in cards.standard()}


@pytest.fixture
def attributes(db):
    Attribute.objects.create(key="vip", label="VIP", kind="yes_no", position=2)
    Attribute.objects.create(key="size", label="Size", kind="choice", options="S\nM\n\nM\n", position=1)
    Attribute.objects.create(key="since", label="Customer since", kind="date", position=3)


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def card(conversation: Conversation) -> Contact:
    return Contact.objects.get(pk=conversation.contact.pk)


def describe(page, row, field, value):
    return page.post(f"/conversations/{row.pk}/describe/", {"field": field, "value": value}, headers=BY_SCRIPT)


def told(page, row) -> list[str]:
    return [line.sentence for line in page.get(f"/conversations/{row.pk}/").context["lines"] if line.sentence]


# --- What may be written ----------------------------------------------------------------------------------------------

GOOD = [
    (STANDARD["email"], "nora@example.org", "nora@example.org"),
    (STANDARD["phone"], "+49 (151) 2345-6789", "+4915123456789"),
    (STANDARD["phone"], "0151 2345 6789", "0151 2345 6789"),
    (STANDARD["language"], "ar", "ar"),
    (STANDARD["name"], "  Nora Berg ", "Nora Berg"),
    (SIZE, "M", "M"),
    (SINCE, "2026-02-28", "2026-02-28"),
    (ORDERS, "12", 12),
    (ORDERS, "1.5", 1.5),
    (VIP, "true", True),
    (VIP, False, False),
    (MOTTO, "", ""),
    (MOTTO, None, ""),
]
BAD = [
    (STANDARD["email"], "nora"),
    (STANDARD["phone"], "call me"),
    (STANDARD["phone"], "+0"),
    (STANDARD["language"], "klingon"),
    (STANDARD["name"], "n" * 201),
    (SIZE, "XL"),
    (SINCE, "2026-02-30"),
    (ORDERS, "NaN"),
    (ORDERS, "many"),
    (VIP, "perhaps"),
    (MOTTO, "m" * 501),
    (MOTTO, "a\x00b"),
]


@pytest.mark.parametrize(("field", "typed", "kept"), GOOD)
def test_what_is_well_typed_is_kept_in_its_one_form(field, typed, kept):
    assert (field.cleaned(typed), type(field.cleaned(typed))) == (kept, type(kept))


@pytest.mark.parametrize(("field", "typed"), BAD)
def test_what_is_not_is_refused_in_words_that_name_the_field(field, typed):
    with pytest.raises(BadInput) as refused:
        field.cleaned(typed)
    assert list(refused.value.facts["errors"]) == [field.name]


@given(st.sampled_from([*STANDARD.values(), SIZE, SINCE, ORDERS, VIP, MOTTO]), st.text() | st.integers() | st.floats())
def test_whatever_is_typed_is_either_kept_as_it_will_be_kept_again_or_refused(field, typed):
    try:
        kept = field.cleaned(typed)
    except BadInput:
        return
    assert field.cleaned(field.typed(kept) if kept != "" else "") == kept
    assert isinstance(field.shown(kept), str)


# --- Editing ----------------------------------------------------------------------------------------------------------


def test_a_field_is_put_right_beside_the_conversation_and_the_timeline_tells_by_whom(page, conversation):
    assert describe(page, conversation, "phone", "+49 151 23456789").status_code == 204
    assert describe(page, conversation, "phone", "+49 151 23456780").status_code == 204
    assert card(conversation).phone == "+4915123456780"
    assert told(page, conversation)[-2:] == [
        "Ana added to the contact: Phone “+4915123456789”",
        "Ana changed the contact’s Phone from “+4915123456789” to “+4915123456780”",
    ]


def test_what_says_so_already_is_no_event(page, conversation):
    before = conversation.events.count()
    assert describe(page, conversation, "name", "Nora Visitor").status_code == 204
    assert conversation.events.count() == before


def test_a_wrong_value_is_refused_and_nothing_is_changed(page, conversation):
    answer = describe(page, conversation, "email", "nora@")
    assert is_problem(answer, 400, "invalid")
    assert answer.json()["detail"] == "E-mail: Enter a valid email address."
    assert card(conversation).email == ""


def test_an_own_attribute_is_kept_by_its_key_and_gone_when_emptied(page, conversation, attributes):
    describe(page, conversation, "size", "M")
    describe(page, conversation, "vip", "true")
    assert card(conversation).attributes == {"size": "M", "vip": True}
    describe(page, conversation, "size", "")
    assert card(conversation).attributes == {"vip": True}
    assert told(page, conversation)[-1] == "Ana removed from the contact: Size “M”"


def test_a_field_that_there_is_not_is_refused(page, conversation):
    answer = describe(page, conversation, "shoe", "42")
    assert answer.json()["detail"] == "A contact has no field “shoe”."


def test_who_does_not_see_the_conversation_changes_nothing(client, cara, conversation):
    client.force_login(cara)
    assert describe(client, conversation, "name", "Somebody").status_code == 404
    assert card(conversation).name == "Nora Visitor"


@pytest.mark.django_db(transaction=True)
def test_two_fields_changed_at_once_are_both_kept(conversation, ana, ben, attributes):
    at_once(
        lambda: describing.describe(conversation, {"size": "M"}, by=ana),
        lambda: describing.describe(conversation, {"vip": "true"}, by=ben),
    )
    assert card(conversation).attributes == {"size": "M", "vip": True}


@pytest.mark.django_db(transaction=True)
def test_a_message_and_a_change_at_once_do_not_wait_for_each_other_for_ever(webchat, conversation, ana):
    calls = [
        lambda: make.message(webchat, "Hello again", name="Nora Visitor"),
        lambda: describing.describe(conversation, {"name": ""}, by=ana),
    ]
    at_once(*calls, *calls)
    assert conversation.messages.count() == 3


def test_identities_that_are_one_person_keep_what_either_card_says(webchat):
    rows = [
        Identity.objects.create(contact=Contact.objects.create(**facts), channel=webchat, external_id=str(number))
        for number, facts in enumerate(
            [
                {"country": "Norway", "attributes": {"size": "M"}},
                {"notes": "Tall", "attributes": {"size": "S", "vip": True}},
            ]
        )
    ]
    card = Contact.objects.get(pk=joining.join(rows).contact.pk)
    assert (card.country, card.notes, card.attributes) == ("Norway", "Tall", {"size": "M", "vip": True})


# --- REST -------------------------------------------------------------------------------------------------------------


def test_rest_tells_and_changes_what_is_known(ana, conversation, attributes):
    program, number = Program(ana), conversation.contact.pk
    answer = program.post(
        f"contacts/{number}/describe", {"country": "Norway", "attributes": {"vip": True, "size": None}}
    )
    assert answer.status_code == 200, answer.json()
    shown = program.get(f"contacts/{number}").json()
    assert (shown["country"], shown["attributes"], shown["name"]) == ("Norway", {"vip": True}, "Nora Visitor")
    assert conversation.events.latest("pk").verb == "describe"


def test_rest_refuses_what_is_no_value(ana, conversation, attributes):
    for body in ({"attributes": {"size": "XXL"}}, {"attributes": {"size": ["M"]}}, {"attributes": {"name": "x"}}):
        assert is_problem(Program(ana).post(f"contacts/{conversation.contact.pk}/describe", body), 400, "invalid")


def test_rest_changes_nobody_whom_one_may_not_see(cara, conversation):
    answer = Program(cara).post(f"contacts/{conversation.contact.pk}/describe", name="Somebody")
    assert is_problem(answer, 404, "not_found")


def test_rest_lists_the_attributes(ana, attributes):
    rows = Program(ana).get("attributes").json()["results"]
    assert [(row["key"], row["kind"], row["options"]) for row in rows] == [
        ("vip", "yes_no", []),
        ("size", "choice", ["S", "M"]),
        ("since", "date", []),
    ]


# --- The admin --------------------------------------------------------------------------------------------------------


def test_a_supervisor_makes_attributes(client, supervisor):
    client.post(
        "/admin/conversations/attribute/add/",
        {"label": "Size", "key": "size", "kind": "choice", "options": "S\nM", "position": 1},
    )
    assert Attribute.objects.get().choices == ["S", "M"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"key": "name"}, "Every contact has this already."),
        ({"key": "Größe"}, "Small letters, digits and underscores, a letter first."),
        ({"kind": "choice"}, "Say what there is to choose from."),
    ],
)
def test_an_attribute_that_cannot_be_is_refused_in_words(client, supervisor, fields, complaint):
    typed = {"label": "Size", "key": "size", "kind": "text", "position": 0} | fields
    assert complaint in client.post("/admin/conversations/attribute/add/", typed).content.decode()
    assert not Attribute.objects.exists()


def test_without_the_permission_nobody_makes_attributes(client, db):
    client.force_login(make.staff("lena", "conversations.view_attribute"))
    assert client.post("/admin/conversations/attribute/add/", {}).status_code == 403


def test_the_admin_puts_a_card_right_on_the_same_road(client, supervisor, conversation):
    address = f"/admin/conversations/contact/{conversation.contact.pk}/change/"
    typed = {"name": "Nora Berg", "email": "", "phone": "call me", "language": "", "country": "", "notes": ""}
    inline = {f"identities-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    assert "This is no phone number." in client.post(address, typed | inline).content.decode()
    assert client.post(address, typed | inline | {"phone": ""}).status_code == 302
    assert card(conversation).name == "Nora Berg"
    assert (conversation.events.latest("pk").verb, conversation.events.latest("pk").actor) == ("describe", supervisor)
