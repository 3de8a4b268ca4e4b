"""Taking a conversation along, from its page."""

from django import forms
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from conversations import transcripts
from conversations.models import Conversation
from conversations.views import visible
from monty.forms import StrictForm
from teams.access import logged_in, person
from teams.models import Teammate

FORMS = [("pdf", _("PDF, to print or send on")), ("txt", _("Plain text"))]


class TranscriptForm(StrictForm):
    form = forms.ChoiceField(choices=FORMS)
    notes = forms.BooleanField(required=False)
    time_zone = forms.CharField(required=False, max_length=60)


@require_http_methods(["GET", "POST"])
@logged_in
def transcript(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What it may be taken along as; then the file."""
    row = visible(request, pk)
    if request.method == "GET":
        return render(request, "inbox/_transcript.html", {"conversation": row, "forms": FORMS})
    form = TranscriptForm(request.POST)
    form.demand_valid()
    return answer(row, by=person(request), **form.cleaned_data)


def answer(row: Conversation, *, form: str, notes: bool, time_zone: str, by: Teammate) -> FileResponse:
    """The file, for saving."""
    made = transcripts.take(row, form, notes=notes, by=by, time_zone=time_zone)
    name = transcripts.file_name(row, form)
    return FileResponse(made, as_attachment=True, filename=name, content_type=transcripts.TYPES[form])
