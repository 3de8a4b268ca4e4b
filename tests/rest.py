"""A program that talks to Monty's REST interface in somebody's name."""

from typing import Any

from django.test import Client
from rest_framework.authtoken.models import Token

from teams.models import Teammate

PROBLEM = "application/problem+json"


class Program:
    def __init__(self, person: Teammate | None) -> None:
        """Nobody: without a token."""
        token = Token.objects.get_or_create(user=person)[0] if person else None
        self.client = Client(headers={"Authorization": f"Token {token.key}"} if token else {})

    def get(self, path: str, **filters: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", filters)

    def post(self, path: str, body: Any = None, **fields: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", body or fields, content_type="application/json")

    def put(self, path: str, **fields: Any) -> Any:
        return self.client.put(f"/api/v1/{path}", fields, content_type="application/json")

    def upload(self, path: str, **fields: Any) -> Any:
        """As a form with files."""
        return self.client.post(f"/api/v1/{path}", fields)

    def ids(self, path: str, **filters: Any) -> list[int]:
        return [row["id"] for row in self.get(path, **filters).json()["results"]]


def is_problem(response: Any, status: int, code: str) -> bool:
    """The response is this refusal, as RFC 9457 wants it."""
    body = response.json()
    says = (response.status_code, body["status"], body["code"], response["Content-Type"])
    return says == (status, status, code, PROBLEM) and bool(body["title"] and body["detail"] and body["type"])
