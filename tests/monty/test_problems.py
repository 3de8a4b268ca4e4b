"""When Monty itself fails, a program gets a problem and a person a page."""

import json

import pytest
from django.urls import get_resolver

pytestmark = pytest.mark.once


def test_a_program_gets_a_problem(rf):
    fail = get_resolver().resolve_error_handler(500)
    response = fail(rf.get("/api/v1/teams"))
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(response.content)["code"] == "server_error"


def test_a_person_gets_a_page(rf):
    fail = get_resolver().resolve_error_handler(500)
    response = fail(rf.get("/conversations/1/"))
    assert (response.status_code, response["Content-Type"]) == (500, "text/html; charset=utf-8")
