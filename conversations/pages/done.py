"""The answer to what a page's own script has done: a sentence for its reader, and how to take it back."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise


def done(sentence: str | Promise = "", *, undo: str = "", **fields: Any) -> HttpResponse:
    """It is done: the page says so for ten seconds, with a button that posts the fields to the address `undo`."""
    # On the body: the button that was pressed may be gone from the page by then.
    heard: dict[str, Any] = {"inbox-changed": {"target": "body"}}
    if sentence:
        heard["told"] = {"target": "body", "sentence": str(sentence), "undo": undo, "fields": fields}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(heard)})
