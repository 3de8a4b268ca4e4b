"""What a teammate does about themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from teams import presence as presence_verbs
from teams.access import logged_in, person


@require_POST
@logged_in
def presence(request: HttpRequest) -> HttpResponse:
    """The switch in the inbox: active or away."""
    me = person(request)
    presence_verbs.choose(me, request.POST.get("availability", ""), by=me)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Trigger": "inbox-changed"})
    return redirect("inbox")
