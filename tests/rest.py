"""A program that talks to Monty's REST interface in somebody's name."""

from typing import Any

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from teams.models import ApiToken, Teammate

PROBLEM = "application/problem+json"


class Program:
    def __init__(self, person: Teammate | None, scope: str = "admin") -> None:
        """Nobody: without a token."""
        token = ApiToken.objects.make(person, scope=scope) if person else None
        if token:
            # Its first request would be a query dearer than the others.
            token.use()
        self.client = Client(headers={"Authorization": f"Token {token.key}"} if token else {})

    def get(self, path: str, **filters: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", filters)

    def post(self, path: str, body: Any = None, **fields: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", body or fields, content_type="application/json")

    def put(self, path: str, **fields: Any) -> Any:
        return self.client.put(f"/api/v1/{path}", fields, content_type="application/json")

    def patch(self, path: str, **fields: Any) -> Any:
        return self.client.patch(f"/api/v1/{path}", fields, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}")

    def upload(self, path: str, **fields: Any) -> Any:
        """As a form with files."""
        return self.client.post(f"/api/v1/{path}", fields)

    def put_file(self, path: str, file: Any) -> Any:
        body = encode_multipart(BOUNDARY, {"file": file})
        return self.client.put(f"/api/v1/{path}", body, content_type=MULTIPART_CONTENT)

    def ids(self, path: str, **filters: Any) -> list[int]:
        return [row["id"] for row in self.get(path, **filters).json()["results"]]


def is_problem(response: Any, status: int, code: str) -> bool:
    """The response is this refusal, as RFC 9457 wants it."""
    body = response.json()
    says = (response.status_code, body["status"], body["code"], response["Content-Type"])
    return says == (status, status, code, PROBLEM) and bool(body["title"] and body["detail"] and body["type"])
