"""The page behind an invitation's link: a name, a password, and one is in."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from teams import invitations
from teams.models import Invitation, Teammate


class JoinForm(BaseUserCreationForm):
    """Who somebody is to their colleagues, and how they log in."""

    class Meta:
        model = Teammate
        fields = ("first_name", "last_name", "username")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        self.fields["username"].help_text = _("You log in with it.")
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
        self.fields["first_name"].widget.attrs["autofocus"] = True

    def join(self, invitation: Invitation) -> Teammate:
        """Raises Void."""
        names = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return invitations.accept(invitation, password=self.cleaned_data["password1"], **names)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link. It says nothing about an invitation that is used, too old or made up."""
    found = Invitation.objects.of_token(token)
    if found is None:
        return render(request, "registration/void.html", status=410)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login = Login(user=form.join(found), redirect_url=reverse("inbox"))
        return perform_password_login(request, form.cleaned_data, login)
    return render(request, "registration/invitation.html", {"form": form, "invitation": found})
