"""What is filled into a template is what the customer reads: variables by number and by name, in every place."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app import template_text
from monty.errors import BadInput

ORDER = [
    {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["10482"]}},
    {"type": "BODY", "text": "Hello {{1}}, {{2}} is ready, {{1}}.", "example": {"body_text": [["Nora", "the lamp"]]}},
    {"type": "FOOTER", "text": "Larch & Loam"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Thanks"},
            {"type": "URL", "text": "Track", "url": "https://l.example/t/{{1}}", "example": ["https://l.example/t/7"]},
            {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+4940123456"},
        ],
    },
]
NAMED = [
    {
        "type": "BODY",
        "text": "Hello {{name}}, order {{order_number}} is ready.",
        "example": {"body_text_named_params": [{"param_name": "name", "example": "Nora"}]},
    },
]
VALUES = {"header.1": "10482", "body.1": "Nora", "body.2": "the lamp", "button.1.1": "7"}


# --- What there is ----------------------------------------------------------------------------------------------------


def test_each_variable_is_there_once_with_the_authors_example():
    found = {each.key: each.example for each in template_text.variables(ORDER)}
    assert found == {"header.1": "10482", "body.1": "Nora", "body.2": "the lamp", "button.1.1": "7"}


def test_variables_may_have_names():
    found = template_text.variables(NAMED)
    assert [(each.key, each.label, each.example) for each in found] == [
        ("body.name", "name", "Nora"),
        ("body.order_number", "order number", ""),
    ]


def test_they_say_where_they_stand():
    assert [each.label for each in template_text.variables(ORDER)] == [
        "Heading, variable 1",
        "Variable 1",
        "Variable 2",
        "End of the address behind “Track”",
    ]


def test_numbers_are_filled_in_their_own_order_wherever_they_stand():
    body = [{"type": "BODY", "text": "{{2}} {{10}} {{1}}"}]
    [sent] = template_text.filled(body, {"body.1": "a", "body.2": "b", "body.10": "j"}, named=False)
    assert [each["text"] for each in sent["parameters"]] == ["a", "b", "j"]


# --- What is sent ---------------------------------------------------------------------------------------------------


def test_the_values_go_to_heading_body_and_address():
    assert template_text.filled(ORDER, VALUES, named=False) == [
        {"type": "header", "parameters": [{"type": "text", "text": "10482"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Nora"}, {"type": "text", "text": "the lamp"}]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "7"}]},
    ]


def test_named_ones_carry_their_names():
    [body] = template_text.filled(NAMED, {"body.name": "Nora", "body.order_number": "42"}, named=True)
    assert body["parameters"] == [
        {"type": "text", "text": "Nora", "parameter_name": "name"},
        {"type": "text", "text": "42", "parameter_name": "order_number"},
    ]


def test_a_template_without_variables_needs_nothing():
    assert template_text.filled([{"type": "BODY", "text": "We are back."}], {}, named=False) == []


def test_the_message_reads_as_the_customer_sees_it():
    assert template_text.in_words(ORDER, VALUES) == (
        "Order 10482\n\nHello Nora, the lamp is ready, Nora.\n\nLarch & Loam\n\n"
        "[Thanks]\n[Track] https://l.example/t/7\n[Call us] +4940123456"
    )


def test_what_is_not_filled_in_yet_is_shown_as_it_is():
    assert template_text.in_words(NAMED, {"body.name": "Nora"}) == "Hello Nora, order {{order_number}} is ready."


# --- What is refused --------------------------------------------------------------------------------------------------


def refused(values, components=ORDER) -> tuple[str, str]:
    with pytest.raises(BadInput) as error:
        template_text.checked(components, values)
    [(field, [sentence])] = error.value.facts["errors"].items()
    return field, sentence


def test_spaces_around_a_value_are_not_meant():
    assert template_text.checked(ORDER, VALUES | {"body.1": "  Nora "})["body.1"] == "Nora"


@pytest.mark.parametrize("empty", ["", "   ", None])
def test_nothing_may_stay_empty(empty):
    values = {key: value for key, value in VALUES.items() if key != "body.2"} | (
        {} if empty is None else {"body.2": empty}
    )
    assert refused(values) == ("body.2", "Fill in: Variable 2.")


@pytest.mark.parametrize("value", ["two\nlines", "a\ttab", "five     spaces", "nul\0", "half \ud83d"], ids=ascii)
def test_what_the_provider_would_refuse_is_refused_here(value):
    field, sentence = refused(VALUES | {"body.1": value})
    assert field == "body.1"
    assert "one line without tabs" in sentence


def test_an_address_has_no_spaces():
    assert refused(VALUES | {"button.1.1": "7 8"})[0] == "button.1.1"


def test_a_variable_that_is_not_there_is_no_variable():
    assert refused(VALUES | {"body.9": "x"}) == ("body.9", "This template has no such variable.")


@pytest.mark.parametrize(("key", "limit"), [("header.1", 60), ("body.1", 1024)])
def test_it_must_not_become_too_long(key, limit):
    field, sentence = refused(VALUES | {key: "x" * limit})
    assert field.partition(".")[0] == key.partition(".")[0]
    assert f"at most {limit}" in sentence


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"type": "HEADER", "format": "IMAGE"}, "heading"),
        ({"type": "HEADER", "format": "LOCATION"}, "heading"),
        ({"type": "CAROUSEL", "cards": []}, "part"),
        ({"type": "FOOTER", "text": "Until {{1}}"}, "part"),
        ({"type": "LIMITED_TIME_OFFER"}, "part"),
        ({"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]}, "button"),
        ({"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}, "button"),
        ({"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Book"}]}, "button"),
    ],
)
def test_what_monty_cannot_fill_in_says_so(part, why):
    assert why in template_text.obstacle([{"type": "BODY", "text": "Hello"}, part])


def test_what_it_can_has_no_obstacle():
    assert template_text.obstacle(ORDER) == template_text.obstacle(NAMED) == ""


# --- Properties -------------------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_characters="{}\0", exclude_categories=["Cs"]), max_size=20)
plain = st.text("abcdefgh 0123-ü", min_size=1, max_size=12).filter(lambda text: text.strip() and "     " not in text)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("{{1}}"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "format", "buttons", "url", "example", "body_text", "header_text"])
            | words,
            inner | st.sampled_from(["HEADER", "BODY", "BUTTONS", "URL", "OTP", "TEXT"]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@st.composite
def texts(draw, names):
    """A text with some of these variables in it, each perhaps more than once."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=5))
    return draw(words) + "".join(f"{{{{{name}}}}}{draw(words)}" for name in chosen)


@st.composite
def templates(draw):
    named = draw(st.booleans())
    names = ["name", "order", "day_2"] if named else ["1", "2", "3"]
    body = [{"type": "BODY", "text": draw(texts(names))}]
    header = draw(st.just([]) | texts(names).map(lambda text: [{"type": "HEADER", "format": "TEXT", "text": text}]))
    address = [{"type": "URL", "text": "Go", "url": "https://x.example/{{1}}"}]
    below = draw(st.just([]) | st.just([{"type": "BUTTONS", "buttons": address}]))
    return [*header, *body, *below], named


def as_the_provider_does(text: str, parameters: list[dict[str, str]], *, named: bool) -> str:
    """Fill a text as the receiver of the components would: by name, or the n-th value into the n-th number."""
    found = dict.fromkeys(re.findall(r"{{(\w+)}}", text))
    order = found if named else sorted(found, key=int)
    values = {name: sent["text"] for name, sent in zip(order, parameters, strict=True)}
    if named:
        values = {sent["parameter_name"]: sent["text"] for sent in parameters}
    return re.sub(r"{{(\w+)}}", lambda match: values[match[1]], text)


@given(templates(), st.data())
def test_the_provider_makes_of_it_what_the_preview_showed(template, data):
    components, named = template
    values = {each.key: data.draw(plain).strip().replace(" ", "-") for each in template_text.variables(components)}
    sent = {each["type"]: each["parameters"] for each in template_text.filled(components, values, named=named)}

    for section in template_text.sections(components):
        if section.names:
            by_name = named and section.kind != "button"
            assert as_the_provider_does(section.text, sent[section.kind], named=by_name) == section.filled(values)


@given(templates())
def test_its_pieces_are_the_whole_text(template):
    for section in template_text.sections(template[0]):
        pieces = list(section.pieces)
        assert "".join(piece.text for piece in pieces) == section.text
        assert {piece.key for piece in pieces if piece.key} == {section.key(name) for name in section.names}


@given(st.lists(anything, max_size=5) | anything)
def test_whatever_a_provider_lists_breaks_nothing(components):
    template_text.obstacle(components)
    template_text.in_words(components, {})
    values = {each.key: "x" for each in template_text.variables(components)}
    with suppress(BadInput):
        template_text.filled(components, template_text.checked(components, values), named=True)
    for section in template_text.sections(components):
        assert "".join(piece.text for piece in section.pieces) == section.text
