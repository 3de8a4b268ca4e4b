"""Versions of what REST shows: an ETag is the hash of what is told, so whatever can be seen to differ has another."""

from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer

from monty.errors import Changed
from monty.fsm import Verbs


def etag(data: Any) -> str:
    return f'"{sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def demand(wanted: str, current: Any) -> None:
    """`current` (None: the address stands for nothing that has a version) is what `If-Match` wants. Raises Changed."""
    if current is None:
        raise Changed(_("What stands at this address has no version."))
    now = etag(current)
    if now not in parse_etags(wanted) and wanted.strip() != "*":
        raise Changed(_("This has changed since you looked."), etag=now, current=current)


def hold(row: models.Model) -> None:
    """Keep everybody else from changing it until the transaction ends, in the order in which its verbs lock."""
    if isinstance(row, Verbs):
        row.lock()
    else:
        type(row)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
