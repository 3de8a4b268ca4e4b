"""Taking a conversation along, from its page."""

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from conversations.pages.inbox import visible
from conversations.transcripts import document
from monty.forms import StrictForm
from teams.access import logged_in, person

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
    return document.answer(row, by=person(request), **form.cleaned_data)
