"""Buttons pressed on many rows of a list: asked once more on a page that names them, then done in the background."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t

from monty.admin import NAMED, BoundedPaginator
from monty.admin_buttons import Button, ButtonAdmin

# A form's fields are told from the page's own by this.
ASKED = "asked"
# Somebody wants a button pressed on many rows: its `page`, its `name`, the `rows` by their ids, the filled-in `form`,
# and `by` whom. The floor that does it answers with the address at which they see it done.
wanted = Signal()


class ManyAdmin(ButtonAdmin):
    """A model of which some buttons may be pressed on many rows at once."""

    # By a button's name, what is asked before it.
    on_many: dict[str, Any] = {}
    # What is filled in before, where that is not what the button asks of one row.
    forms_for_many: dict[str, type[forms.Form]] = {}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        if self.may_press(request):
            found |= {f"press_{name}": self.action(name) for name in self.on_many}
        return found

    def action(self, name: str) -> tuple[Any, str, Any]:
        """As Django's list knows it."""
        return partial(type(self).ask_of_many, name=name), f"press_{name}", self.buttons[name].label

    def ask_of_many(self, request: HttpRequest, chosen: QuerySet, *, name: str) -> HttpResponse | None:
        rows = list(chosen.order_by("pk")[: BoundedPaginator.MOST])
        if not rows:
            self.message_user(request, _t("None of them is in this list any more."), messages.WARNING)
            return None
        confirmed = "confirmed" in request.POST
        make = self.forms_for_many.get(name, self.buttons[name].form)
        form = make(request.POST if confirmed else None, prefix=ASKED)
        if not confirmed or not form.is_valid():
            return self.question(request, rows, name, form)
        numbers = [row.pk for row in rows]
        [(_receiver, url)] = wanted.send(
            sender=self.model, page=self, name=name, rows=numbers, form=form, by=request.user
        )
        return HttpResponseRedirect(str(url))

    def question(self, request: HttpRequest, rows: list[Any], name: str, form: forms.Form) -> HttpResponse:
        button: Button = self.buttons[name]
        context = {
            **self.admin_site.each_context(request),
            "title": self.on_many[name],
            "opts": self.opts,
            "button": button,
            "form": form,
            "rows": rows[:NAMED],
            "number": len(rows),
            "unnamed": max(len(rows) - NAMED, 0),
            "chosen": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "everything": request.POST.get("select_across", "0"),
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "action": f"press_{name}",
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)
