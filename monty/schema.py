"""What the REST schema says of errors: every refusal an operation may answer with, as a problem document."""

from typing import Any

from rest_framework import serializers

from monty.problems import MEDIA_TYPE


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details. `code` is for programs, `detail` for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


def problem_responses(serializer: type[serializers.Serializer], *statuses: int) -> dict[tuple[int, str], Any]:
    """For `extend_schema(responses=…)`: these statuses carry a problem of this shape."""
    return {(status, MEDIA_TYPE): serializer for status in statuses}


def add_common_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The refusals that an operation has by its kind; its own are named beside it."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            for status in common_statuses(path, method, operation):
                responses[str(status)] = with_problem(responses.get(str(status)))
            operation.setdefault("parameters", []).extend(common_headers(path, method, operation))
    return result


def with_problem(told: dict[str, Any] | None) -> dict[str, Any]:
    """A refusal that may also be one of every operation's."""
    if told is None:
        return PROBLEM
    own = told["content"][MEDIA_TYPE]["schema"]
    return (
        PROBLEM if own == ANY_PROBLEM else {**told, "content": {MEDIA_TYPE: {"schema": {"anyOf": [own, ANY_PROBLEM]}}}}
    )


def is_of_people(path: str, operation: dict[str, Any]) -> bool:
    """Of those who are logged in; visitors of a website have manners of their own."""
    return path.startswith("/api/") and {} not in operation.get("security", [{}])


def common_statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    needs_login = {} not in operation.get("security", [{}])
    takes_fields = "requestBody" in operation or any(each["in"] == "query" for each in operation.get("parameters", []))
    people, changes = is_of_people(path, operation), method not in ("get", "head")
    return [
        *([400] if takes_fields or (people and method == "post") else []),
        *([401] if needs_login else []),
        *([403] if needs_login and (people or changes) else []),
        *([404] if "{" in path else []),
        *([409, 412] if people and changes else []),
        *([413, 415] if "requestBody" in operation else []),
        *([422] if people and method == "post" else []),
        *([429] if path.startswith("/api/") else []),
    ]


def common_headers(path: str, method: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    if not is_of_people(path, operation):
        return []
    has_version = "{id}" in path or "{number}" in path or "/me/" in path or path.endswith("/draft/")
    return [*([IDEMPOTENCY_KEY] if method == "post" else []), *([IF_MATCH] if has_version and method != "get" else [])]


def header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": description, "schema": {"type": "string", **schema}}


ANY_PROBLEM = {"$ref": "#/components/schemas/Problem"}
PROBLEM = {"description": "", "content": {MEDIA_TYPE: {"schema": ANY_PROBLEM}}}
IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    "Your own id of this request: sent again with it, it is done once and answered the same.",
    minLength=1,
    maxLength=255,
)
IF_MATCH = header("If-Match", "An `ETag`: it is done only if this is still what stands here; else 412.")
