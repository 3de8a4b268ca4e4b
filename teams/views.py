"""What a teammate does about themselves."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from teams import presence as presence_verbs


@require_POST
@login_required
def presence(request: HttpRequest) -> HttpResponse:
    """The switch in the inbox: active or away."""
    presence_verbs.choose(request.user, request.POST.get("availability", ""), by=request.user)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Trigger": "changed"})
    return redirect("inbox")
