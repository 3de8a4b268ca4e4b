"""A button of the admin, pressed on many rows in the background, in the name of whoever asked for it."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from conversations.models import BulkItem, BulkRun
from monty.admin_actions import ASKED, ManyAdmin
from monty.errors import BadInput, MontyError


def page_of(kind: str) -> ManyAdmin:
    """Where rows of this kind ("teams.teammate") have their buttons."""
    page: Any = admin.site.get_model_admin(apps.get_model(kind))
    return page


def press(run: BulkRun, items: Sequence[BulkItem]) -> None:
    """Each for itself; why not, if it cannot be. Seen and allowed is what is so by now."""
    page, request = page_of(run.kind), HttpRequest()
    request.user = run.by
    rows = page.get_queryset(request).in_bulk([item.row for item in items])
    for item in items:
        try:
            with timezone.override(run.arguments["zone"]):
                press_one(page, request, run, rows.get(item.row))
        except MontyError as error:
            item.reason = str(error)[:300]


def press_one(page: ManyAdmin, request: HttpRequest, run: BulkRun, row: Any) -> None:
    """Raises MontyError."""
    if row is None or not page.may_press(request):
        raise BadInput(_("It is not there any more, or no longer yours to change."), field="row")
    if run.verb not in page.names_for(row):
        raise BadInput(_("Not possible as it stands now."), field="row")
    button = page.buttons[run.verb]
    form = button.form(MultiValueDict(run.arguments["fields"]), prefix=ASKED)
    if not form.is_valid():
        raise BadInput(str(next(iter(form.errors.values()))[0]), field="row")
    page.carry_out(request, row, button, form.cleaned_data)
