"""What can happen in a conversation: the verbs, where they lead, and what their docstrings say."""

from collections import defaultdict
from typing import Any

from django_fsm import GET_STATE

from conversations.models import Conversation
from conversations.models.event import IN_THREAD
from conversations.models.states import State
from from_code.markdown import code, codes, first_words, table
from orders.models import Order
from webhooks.verbs import known

ANY = frozenset(State.values)
# What no method says. Another one that is missing here stops the site from being built.
NO_VERBS = {
    "start": first_words(Conversation.start),
    "bring": "An import brought it along from another program.",
    "create_order": first_words(Order.start),
    "edit_order": "A draft was changed, of which the customer was promised nothing yet.",
    "keep_order": "The customer could not be told of their order; they are when they write.",
}


def all_events() -> str:
    moves = moves_of(Conversation) | {f"{name}_order": found for name, found in moves_of(Order).items()}
    rows = [row(name, moves.get(name, [])) for name in known()]
    return table(["event", "from", "to", "in the timeline", "meaning"], rows)


def moves_of(model: Any) -> dict[str, list[Any]]:
    """Each verb's transitions: one for each state in which it is allowed."""
    found = defaultdict(list)
    for move in model._meta.get_field("state").get_all_transitions(model):
        found[move.custom["name"]].append(move)
    return dict(found)


def row(name: str, moves: list[Any]) -> list[str]:
    shown = "yes" if name in IN_THREAD else ""
    if not moves:
        return [code(name), "–", "–", shown, NO_VERBS[name]]
    move = moves[0]
    states = {each.source for each in moves}
    sources = "any" if states >= ANY or "*" in states else codes(sorted(str(each) for each in states))
    # The same word may stand for two verbs: what it means depends on the state.
    meanings = dict.fromkeys(first_words(each.method) for each in moves)
    return [code(name), sources, target(move), shown, " ".join(meanings)]


def target(move: Any) -> str:
    if isinstance(move.target, GET_STATE):
        return "it depends"
    return code(move.target) if move.target else "stays"
