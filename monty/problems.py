"""Errors as people and programs see them: RFC 9457 problem details, the same from every door."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from monty.errors import MontyError

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **facts: Any) -> dict[str, Any]:
    """A problem document. `code` is stable and for programs, `detail` is a sentence for people."""
    title = HTTPStatus(status).phrase
    return {"type": f"urn:monty:{code}", "title": title, "status": status, "code": code, "detail": detail, **facts}


def of_error(error: MontyError) -> dict[str, Any]:
    return problem(error.status, error.code, str(error.detail), **error.facts)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's exception handler. None (a bug) becomes a 500 and is logged by Django."""
    if isinstance(error, MontyError):
        return Response(of_error(error), status=error.status, content_type=MEDIA_TYPE, headers=error.headers)
    if isinstance(error, SuspiciousOperation):
        refused = of_bad_request(error)
        return Response(refused, status=refused["status"], content_type=MEDIA_TYPE)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response.data = of_api_exception(error, response)
    response.content_type = MEDIA_TYPE
    return response


def of_bad_request(error: SuspiciousOperation) -> dict[str, Any]:
    """What Django itself refuses to read: a body too large, a form of too many fields."""
    if isinstance(error, RequestDataTooBig):
        return problem(413, "body_too_large", _("This is larger than what is taken here."))
    return problem(400, "bad_request", _("This request cannot be read."))


def of_api_exception(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        errors = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
        return problem(response.status_code, "invalid", first_sentence(errors), errors=errors)
    code = error.default_code if isinstance(error, exceptions.APIException) else "error"
    return problem(response.status_code, str(code), str(getattr(error, "detail", error)))


def first_sentence(errors: Any) -> str:
    """The first message found in nested field errors, with the field it belongs to."""
    if isinstance(errors, dict):
        field, inner = next(iter(errors.items()), ("", ""))
        sentence = first_sentence(inner)
        return sentence if field == "non_field_errors" else f"{field}: {sentence}"
    if isinstance(errors, list):
        return first_sentence(next((item for item in errors if item), ""))
    return str(errors)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last answer, when Monty itself has failed: a problem for a program, a page for a person."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    failed = problem(500, "server_error", _("Something went wrong here. It has been logged."))
    return JsonResponse(failed, status=500, content_type=MEDIA_TYPE)


class ProblemMiddleware:
    """Turns a MontyError that leaves a page's view into a sentence instead of a crash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, MontyError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(of_error(error), status=error.status, content_type=MEDIA_TYPE)
        return render(request, "problem.html", {"error": error}, status=error.status)
