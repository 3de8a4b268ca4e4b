"""Variables of saved replies: filled in where something is known, else left to be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import variables
from conversations.contacts import cards, describing
from conversations.models import Attribute, Conversation
from monty.errors import BadInput

KNOWN = {"contact.first_name": "Nora", "me.name": "Ana", "team.name": ""}


def filled(text: str) -> str:
    return "".join(piece.text for piece in variables.pieces(text, KNOWN))


def test_a_variable_becomes_its_value():
    assert filled("Hello {{contact.first_name}}, {{ me.name }} here.") == "Hello Nora, Ana here."


@pytest.mark.parametrize("name", ["team.name", "contact.shoe_size", "", "contact name"])
def test_one_without_a_value_stays_as_it_is_written_and_is_named(name):
    text = f"For {{{{{name}}}}}."
    assert filled(text) == text
    assert variables.missing(text, KNOWN) == [f"{{{{{name}}}}}"]


def test_a_value_that_looks_like_a_variable_is_not_filled_in_again():
    assert (
        "".join(each.text for each in variables.pieces("{{me.name}}", {"me.name": "{{team.name}}"})) == "{{team.name}}"
    )


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(BadInput, match=r"no variable {{contact.shoe_size}}.*{{contact.first_name}}"):
        variables.demand_known("Size {{contact.shoe_size}}?")


def test_what_is_not_filled_in_cannot_be_sent():
    with pytest.raises(BadInput, match=r"{{team.name}}"):
        variables.demand_filled("The {{team.name}} team")
    variables.demand_filled("The { {team} } of {x}")


@given(st.text(alphabet="{}ab. \n", max_size=60))
def test_no_text_loses_a_letter(text):
    assert "".join(each.text for each in variables.pieces(text, {})) == text


def test_everything_that_has_a_name_has_a_value(conversation, ana):
    assert set(variables.values(conversation, ana)) == set(variables.KNOWN)
    assert variables.values(conversation, ana)["contact.first_name"] == "Nora"


@pytest.mark.django_db
@pytest.mark.once
def test_what_supervisors_want_to_be_known_is_a_variable_too(conversation, ana):
    Attribute.objects.create(key="vip", label="VIP", kind="yes_no")
    describing.describe(conversation, {"vip": "true", "language": "de"}, by=ana)
    variables.demand_known("{{contact.vip}}", cards.own())
    known = variables.values(Conversation.objects.get(pk=conversation.pk), ana, cards.own())
    assert (known["contact.vip"], known["contact.language"]) == ("Yes", "Deutsch")
