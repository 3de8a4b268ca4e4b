"""Any JSON value, and good payloads with one in any place."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

# What Python's reader lets through is meant too: NaN, halves of letters, numbers without end.
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
any_json = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """The paths to every value inside this one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inner for place in [(*path, key), *places(each, (*path, key))]]


def replaced(value: Any, path: tuple, by: Any) -> Any:
    changed = copy.deepcopy(value)
    *before, last = path
    within = changed
    for key in before:
        within = within[key]
    within[last] = by
    return changed


def damaged(good: Any) -> st.SearchStrategy[Any]:
    """This payload with any value in any one place."""
    good = json.loads(json.dumps(good))
    return st.builds(replaced, st.just(good), st.sampled_from(places(good)), any_json)
