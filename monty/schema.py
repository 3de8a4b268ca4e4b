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
            for status in common_statuses(path, method, operation):
                operation["responses"].setdefault(str(status), PROBLEM)
    return result


def common_statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    needs_login = {} not in operation.get("security", [{}])
    takes_fields = "requestBody" in operation or any(each["in"] == "query" for each in operation.get("parameters", []))
    return [
        *([400] if takes_fields else []),
        *([401] if needs_login else []),
        *([403] if needs_login and method != "get" else []),
        *([404] if "{" in path else []),
        *([413, 415] if "requestBody" in operation else []),
    ]


PROBLEM = {
    "description": "",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
