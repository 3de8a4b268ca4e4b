"""What a teammate does about themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from teams import presence as presence_verbs
from teams.access import of_oneself, person
from teams.forms import PresenceForm


@require_POST
@of_oneself
def presence(request: HttpRequest) -> HttpResponse:
    """The switch in the inbox: active or away, and the menu beside it: why, and until when."""
    me = person(request)
    presence_verbs.choose(me, **PresenceForm(request.POST).choice(), by=me)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Trigger": "inbox-changed"})
    return redirect("inbox")
