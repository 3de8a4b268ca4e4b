"""Whatever is thrown at the webchat's door, it is never an error of ours."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once


@pytest.fixture
def tireless(visitor, limit) -> VisitorClient:
    """A visitor whom no limit stops before the views are reached."""
    limit(session="10000/min", visitor="10000/min", visitor_reads="10000/min")
    return visitor


HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("client_id", "text", "file", "form", "button", "identity", "user_hash", "jwt", "delivered", "read"), JSON
    ),
)
ADDRESSES = st.sampled_from(["sessions/", "messages/", "receipts/", "typing/", "transcripts/"])
# Written by the rules but for its form and its button.
WRITTEN = st.builds(
    lambda number, form, button: {"client_id": str(number), "text": "Hi"} | form | button,
    st.uuids(),
    st.just({})
    | st.fixed_dictionaries({"form": JSON | st.dictionaries(st.sampled_from(["name", "email", "x"]), JSON)}),
    st.just({}) | st.fixed_dictionaries({"button": JSON | st.fixed_dictionaries({"message": JSON, "payload": JSON})}),
)
# The fixtures are only read, and rows made by one example do not change what another may expect.
FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(address=ADDRESSES, body=st.binary(max_size=200), kind=HEADER, origin=HEADER)
def test_no_bytes_are_an_error_of_ours(tireless, address, body, kind, origin):
    answer = tireless.http.generic(
        "POST", tireless.url(address), body, content_type=kind, HTTP_ORIGIN=origin, HTTP_ACCEPT=kind
    )
    assert answer.status_code < 500


@FUZZ
@given(address=ADDRESSES, body=JSON | FIELDS | WRITTEN)
def test_no_json_is_an_error_of_ours(tireless, address, body):
    answer = tireless.http.post(tireless.url(address), json.dumps(body), content_type="application/json")
    assert answer.status_code < 500


@FUZZ
@given(authorization=HEADER, after=st.text(max_size=20))
def test_no_header_or_query_is_an_error_of_ours(tireless, authorization, after):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=authorization)
    assert client.get(tireless.url("messages/"), {"after": after}).status_code < 500
    assert tireless.get(after=after).status_code < 500


@FUZZ
@given(key=st.text(max_size=60))
def test_no_key_of_a_file_is_an_error_of_ours(tireless, key):
    assert tireless.http.get(tireless.url(f"files/{uuid.uuid4()}/"), {"key": key}).status_code == 404
