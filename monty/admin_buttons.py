"""Buttons in the admin: what a row allows now, each a POST, and the verbs of a model as such buttons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from monty.admin import HouseAdmin, done
from monty.errors import MontyError


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: what it says, what it calls as `press(row, by=person, **answers)`, what it asks first."""

    label: Any
    press: Callable[..., Any]
    form: type[forms.Form] = forms.Form
    tone: str = ""


class Offer(NamedTuple):
    """A button as one page shows it."""

    button: Button
    url: str
    form: forms.Form


class ButtonAdmin(HouseAdmin):
    """A model whose rows have buttons above their page. Each is a POST; the permission is asked again on the press."""

    change_form_template = "admin/button_change_form.html"
    buttons: dict[str, Button] = {}

    def names_for(self, row: Any) -> Iterable[str]:
        """Names of the buttons that make sense for this row now."""
        return self.buttons

    def may_press(self, request: HttpRequest) -> bool:
        permission = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{permission}")

    def offers(self, request: HttpRequest, row: Any) -> list[Offer]:
        if not self.may_press(request):
            return []
        now = set(self.names_for(row))
        return [
            Offer(button, self.url_of("press", row.pk, name), button.form(auto_id=f"{name}-{row.pk}-%s"))
            for name, button in self.buttons.items()
            if name in now
        ]

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), "offers": self.offers(request, row)}

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_press"
        press = self.admin_site.admin_view(self.press_view)
        return [path("<int:pk>/press/<slug:name>/", press, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def press_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        row = self.get_object(request, str(pk))
        button = self.buttons.get(name)
        if row is None or button is None:
            raise Http404
        if not self.may_press(request):
            raise PermissionDenied
        self.press(request, row, button)
        return HttpResponseRedirect(self.way_back(request, pk))

    def press(self, request: HttpRequest, row: Any, button: Button) -> None:
        """Do it and say in words what came of it. What a stale page still offered is refused by the verb itself."""
        form = button.form(request.POST)
        if not form.is_valid():
            for error in form.errors.values():
                self.message_user(request, str(error[0]), messages.ERROR)
            return
        try:
            self.carry_out(request, row, button, form.cleaned_data)
        except MontyError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            facts = {"row": row, "button": button.label}
            self.message_user(request, _t("%(row)s – done: %(button)s.") % facts, messages.SUCCESS)

    def carry_out(self, request: HttpRequest, row: Any, button: Button, answers: dict[str, Any]) -> None:
        """Press it, with a line in both logs. Raises MontyError, and then nothing has happened."""
        with transaction.atomic():
            button.press(row, by=request.user, **answers)
            self.log_change(request, row, f"{button.label}.")
            facts = {field: str(answer) for field, answer in answers.items() if answer}
            done.send(sender=type(row), name=str(button.label), rows=[row], by=request.user, data=facts)

    def way_back(self, request: HttpRequest, pk: int) -> str:
        """To the page the button was on; to the list, if the row went out of the person's sight."""
        asked = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(
            asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return asked
        seen = self.get_queryset(request).filter(pk=pk).exists()
        return self.url_of("change", pk) if seen else self.url_of("changelist")


class VerbAdmin(ButtonAdmin):
    """A model that changes by verbs: its page is read, its verbs are the buttons. No form ever writes its row."""

    def names_for(self, row: Any) -> Iterable[str]:
        return row.allowed_verbs()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
