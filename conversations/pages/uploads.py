"""Files on their way to an answer: each comes by itself, is looked at, and waits here until the answer is sent."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from conversations import media
from conversations.models import Upload
from conversations.pages.inbox import visible
from conversations.sending.fitting import fitted
from monty.forms import StrictForm
from teams.access import logged_in, person


class UploadForm(StrictForm):
    """`id`: made by the browser, so that a file sent again after a cut line is the same file."""

    id = forms.UUIDField()
    # An empty one is refused in the words that all others are refused in.
    file = forms.FileField(allow_empty_file=True, max_length=1000)


@require_http_methods(["GET", "POST"])
@logged_in
def uploads(request: HttpRequest, pk: int) -> JsonResponse:
    """My files that wait in this conversation, or one more. 413 and 415 for what the channel does not take."""
    row, me = visible(request, pk), person(request)
    if request.method == "GET":
        return JsonResponse({"files": [each.facts for each in Upload.objects.of(row, me)]})
    form = UploadForm(request.POST, request.FILES)
    form.demand_valid()
    file = fitted(media.checked(form.cleaned_data["file"]), row.channel.adapter)
    kept = Upload.objects.put(row, file, by=me, number=form.cleaned_data["id"])
    return JsonResponse(kept.facts, status=201)


@require_http_methods(["DELETE"])
@logged_in
def upload(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """It is not to be sent after all."""
    Upload.objects.of(visible(request, pk), person(request)).filter(uuid=uuid).discard()
    return HttpResponse(status=204)
