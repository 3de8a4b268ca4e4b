"""The editor of a draft: its page, and what its script asks while somebody draws. Each answer is JSON."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from flows.admin.version_pages import VersionPages
from flows.admin.words import WORDS
from flows.models import FlowVersion
from flows.offered import offered
from flows.palette import palette
from flows.picture import MEASURES
from flows.trying import Talk, rehearse
from monty.errors import MontyError
from monty.forms import StrictForm
from monty.problems import MEDIA_TYPE, of_error


class Since(StrictForm):
    """When the draft was kept that somebody has before them ("": whichever is there)."""

    over = forms.CharField(required=False, max_length=40)

    def clean_over(self) -> Any:
        written = self.cleaned_data["over"]
        return forms.DateTimeField().to_python(written) if written else None


class Drawing(Since):
    """A document that was made of it."""

    document = forms.JSONField()


class EditorPages(VersionPages):
    """For the admin of versions."""

    def editor_urls(self) -> list[URLPattern]:
        pages = {
            "editor": self.editor,
            "keep": self.keep,
            "check": self.check_drawing,
            "let-out": self.let_out,
            "rehearse": self.rehearse,
        }
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"flows_flowversion_{name}")
            for name, view in pages.items()
        ]

    def editor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A version that is none of a draft is looked at on its own page."""
        row = self.version(request, pk)
        if not self.has_change_permission(request, row):
            return HttpResponseRedirect(self.url_of("change", pk))
        return self.page(request, row, "editor", known=known(row), words=WORDS, is_nav_sidebar_enabled=False)

    @method_decorator(require_POST)
    def keep(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, drawing = self.draft(request, pk), valid(Drawing(request.POST))
        return answered(lambda: row.edit(drawing["document"], by=request.user, over=drawing["over"]), row)

    @method_decorator(require_POST)
    def check_drawing(self, request: HttpRequest, pk: int) -> HttpResponse:
        """By the rules of publishing, whether it is kept or not."""
        row, drawing = self.draft(request, pk), valid(Drawing(request.POST))
        return JsonResponse({"problems": found(drawing["document"], row)})

    @method_decorator(require_POST)
    def let_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is kept becomes the version that counts."""
        row, since = self.draft(request, pk), valid(Since(request.POST))

        pressed = replace(self.buttons["publish"], press=partial(FlowVersion.publish, over=since["over"]))
        return answered(lambda: self.carry_out(request, row, pressed, {}), row)

    @method_decorator(require_POST)
    def rehearse(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, talk = self.draft(request, pk), valid(Talk(request.POST))
        return JsonResponse({"talk": rehearse(row, talk)})


def valid(form: StrictForm) -> dict[str, Any]:
    """What was asked. Raises BadInput."""
    form.demand_valid()
    return form.cleaned_data


def answered(act: Callable[[], Any], row: FlowVersion) -> JsonResponse:
    """When it was kept; or why it was not, with the problems that hindered it."""
    try:
        act()
    except MontyError as refused:
        return JsonResponse(of_error(refused), status=refused.status, content_type=MEDIA_TYPE)
    return JsonResponse({"over": row.edited_at.isoformat()})


def found(document: Any, row: FlowVersion) -> list[dict[str, Any]]:
    return [each.as_json for each in row.check_document(document)]


def known(row: FlowVersion) -> dict[str, Any]:
    """All that the script has to know, but for its words."""
    return {
        "document": row.document,
        "over": row.edited_at.isoformat(),
        "problems": found(row.document, row),
        "palette": palette(),
        "measures": MEASURES,
        "offered": offered(row.flow),
        "file": f"{row.flow.key}-{row.number}.json",
    }
