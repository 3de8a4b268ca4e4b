"""What a webchat may ask its visitors, and which answers it takes."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from channels_app import webchat_form
from channels_app.models import Channel

SIZE = {"name": "size", "label": "Your size", "type": "choice", "required": True, "options": ["S", "M"]}
NEWS = {"name": "news", "label": "Newsletter", "type": "yes_no", "required": False}
CONFIG = {"ask_name": "required", "ask_phone": "optional", "ask_also": [SIZE, NEWS]}
GIVEN = {"name": "Nora", "size": "S"}


def answers(given, config=CONFIG, *, all_of_it=True):
    return webchat_form.answers(config, given, all_of_it=all_of_it)


def complaints(given, config=CONFIG) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        answers(given, config)
    return error.value.message_dict


def test_what_is_asked_is_answered():
    assert answers(GIVEN | {"phone": "+49 30 1234567", "news": "on"}) == {
        "name": "Nora",
        "phone": "+49 30 1234567",
        "size": "S",
        "news": True,
    }


def test_what_is_required_must_be_there():
    assert set(complaints({})) == {"name", "size"}


def test_later_only_what_is_given_is_looked_at():
    assert answers({"email": "nora@example.org"}, all_of_it=False) == {"email": "nora@example.org"}
    with pytest.raises(ValidationError):
        answers({"email": "nobody"}, all_of_it=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("size", "XXL"), ("phone", "call me"), ("phone", "1"), ("email", "nobody"), ("name", "x" * 201), ("name", " ")],
)
def test_a_wrong_answer_is_named(field, value):
    assert set(complaints(GIVEN | {field: value})) == {field}


def test_what_was_not_asked_is_not_kept():
    assert answers(GIVEN | {"is_admin": "yes"}) == GIVEN


def test_every_channel_takes_an_address():
    assert answers({"email": "nora@example.org"}, {}) == {"email": "nora@example.org"}


@pytest.mark.parametrize(("config", "demands"), [({}, False), ({"ask_name": "optional"}, False), (CONFIG, True)])
def test_only_what_is_required_stands_before_a_message(config, demands):
    assert webchat_form.demands(config) is demands


def test_teammates_read_the_words_that_were_asked(settings):
    settings.LANGUAGE_CODE = "de"

    with override("ar"):
        part = webchat_form.as_part(CONFIG, GIVEN | {"email": "n@example.org", "news": True})

    assert part == {
        "name": "Was der Besucher über sich sagt",
        "answers": {"Name": "Nora", "Your size": "S", "E-Mail": "n@example.org", "Newsletter": "Ja"},
    }


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), [("number", "12.5", "twelve"), ("date", "2026-12-24", "Christmas")]
)
def test_each_type_has_its_own_answers(kind, right, wrong):
    config = {"ask_also": [{"name": "own", "label": "Own", "type": kind, "required": True}]}

    assert webchat_form.as_part(config, answers({"own": right}, config))["answers"] == {"Own": right}
    assert set(complaints({"own": wrong}, config)) == {"own"}


# --- The configuration -----------------------------------------------------------------------------------------------


def test_questions_are_stored_as_they_are_meant():
    assert webchat_form.checked([SIZE, {"name": "order_no", "label": "Order number"}]) == [
        SIZE,
        {"name": "order_no", "type": "text", "label": "Order number", "required": False},
    ]


@pytest.mark.parametrize("nothing", [None, []])
def test_there_may_be_none(nothing):
    assert webchat_form.checked(nothing) == []


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({}, "list"),
        ("size", "list"),
        ([SIZE] * 11, "at most 10"),
        ([SIZE, SIZE], "same name"),
        ([5], "“name”"),
        ([SIZE | {"name": "Your Size"}], "“name”"),
        ([SIZE | {"name": "email"}], "“name”"),
        ([SIZE | {"type": "file"}], "“type”"),
        ([SIZE | {"type": ["choice"]}], "“type”"),
        ([SIZE | {"label": " "}], "“label”"),
        ([SIZE | {"required": "no"}], "“required”"),
        ([SIZE | {"options": []}], "“options”"),
        ([SIZE | {"options": [1]}], "“options”"),
        ([NEWS | {"options": ["a"]}], "“options”"),
    ],
)
def test_a_wrong_question_is_refused_in_words(wrong, word):
    with pytest.raises(ValidationError, match=word):
        webchat_form.checked(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(SIZE)), inner, max_size=5),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_configured_makes_a_form_or_a_complaint(value):
    try:
        config = {"ask_also": webchat_form.checked(value)}
    except ValidationError:
        return
    str(webchat_form.questions(config))


def test_the_admins_form_holds_to_it():
    config = Channel(kind="webchat").adapter.Config({"ask_also": '[{"name": "size"}]'})

    assert "“label”" in str(config.errors["ask_also"])
    assert Channel(kind="webchat").adapter.Config({"ask_also": ""}).is_valid()
