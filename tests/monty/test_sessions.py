"""A session cookie that nobody was given is nobody's, whatever is in it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.once


@pytest.mark.parametrize("key", [r'"abcdefghijkl\000x"', r'"abcdefghijkl\377"', "abc", "a" * 5000, "abcdefgh';--"])
def test_a_cookie_that_somebody_made_up_is_no_log_in(key, db):
    visitor = Client(headers={"Cookie": f"sessionid={key}"})
    assert visitor.get("/api/v1/teams").status_code == 401
    assert visitor.get("/").status_code == 302


def test_a_cookie_that_was_given_is_one(client, ana):
    client.force_login(ana)
    assert client.get("/api/v1/teams").status_code == 200
