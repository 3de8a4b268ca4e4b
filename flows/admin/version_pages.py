"""What the pages of a version have in common, beside the one that Django makes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from flows.models import FlowVersion
from monty.admin_buttons import VerbAdmin


class VersionPages(VerbAdmin):
    def version(self, request: HttpRequest, pk: int) -> FlowVersion:
        """Raises PermissionDenied, Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found: FlowVersion | None = FlowVersion.objects.select_related("flow").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def draft(self, request: HttpRequest, pk: int) -> FlowVersion:
        """One that this person may write. Raises PermissionDenied, Http404."""
        row = self.version(request, pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def page(self, request: HttpRequest, row: FlowVersion, name: str, **facts: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "original": row,
            **facts,
        }
        return TemplateResponse(request, f"admin/flows/flowversion/{name}.html", context)
