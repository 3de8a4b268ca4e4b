"""One's own API tokens: what programs log in by, each with what it is good for and until when."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from monty.errors import MontyError
from teams.access import of_oneself, person
from teams.models import ApiToken, Scope, Teammate

DAYS = (30, 90, 365)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scope = forms.ChoiceField(label=_("It may be used to"), choices=Scope.choices, initial=Scope.WRITE)
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        initial=90,
        required=False,
        empty_value=None,
        choices=[
            *((days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS),
            ("", _("until it is revoked")),
        ],
    )

    def make(self, me: Teammate) -> ApiToken | None:
        """None, and the form says why, if this is not to be had."""
        typed, days = self.cleaned_data, self.cleaned_data["days"]
        ends = timezone.now() + timedelta(days=days) if days else None
        try:
            return ApiToken.objects.make(me, name=typed["name"], scope=typed["scope"], expires_at=ends)
        except MontyError as error:
            self.add_error(None, str(error))
            return None


@require_http_methods(["GET", "POST"])
@of_oneself
def tokens(request: HttpRequest) -> HttpResponse:
    """The page; what was just made is shown on it this once."""
    me = person(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = form.make(me) if form.is_bound and form.is_valid() else None
    context: dict[str, Any] = {"form": TokenForm() if made else form, "made": made, "rows": me.api_tokens.all()}
    return render(request, "registration/tokens.html", context, status=400 if form.errors else 200)


@require_POST
@of_oneself
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(person(request).api_tokens, pk=pk).delete()
    return redirect("tokens")
