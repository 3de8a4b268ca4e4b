"""Drafts, as the page's script keeps them: a small PUT after a pause and on leaving, a GET when another tab wrote."""

from django import forms
from django.http import HttpRequest, JsonResponse, QueryDict
from django.views.decorators.http import require_http_methods

from conversations.models import Draft, SavedReply
from conversations.models.answered import NOTE_LIMIT
from conversations.pages.inbox import visible
from monty.forms import StrictForm
from teams.access import logged_in, person
from teams.models import Teammate

MOST = 2**63 - 1


class DraftForm(StrictForm):
    version = forms.IntegerField(min_value=1, max_value=MOST)
    text = forms.CharField(required=False, strip=False, max_length=NOTE_LIMIT)
    note = forms.CharField(required=False, strip=False, max_length=NOTE_LIMIT)
    saved_reply = forms.IntegerField(required=False, min_value=1, max_value=MOST)

    def kept(self, by: Teammate) -> dict:
        """The fields of the row; a saved reply that is gone is not what keeps a text from being stored."""
        fields = self.cleaned_data
        return fields | {"saved_reply": SavedReply.objects.visible_to(by).filter(pk=fields["saved_reply"]).first()}


@require_http_methods(["GET", "PUT"])
@logged_in
def draft(request: HttpRequest, pk: int) -> JsonResponse:
    """My draft in this conversation. 409, with the draft as it is, for a version that is not newer."""
    row, me, kept = visible(request, pk), person(request), True
    if request.method == "PUT":
        form = DraftForm(QueryDict(request.body))
        form.demand_valid()
        kept = Draft.objects.keep(row, by=me, **form.kept(me))
    return JsonResponse(Draft.objects.of(row, me).facts, status=200 if kept else 409)
