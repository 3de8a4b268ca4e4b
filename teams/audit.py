"""Writes the audit log. What is configured is watched where it is saved, so that no door can forget to tell.

Only what somebody does is written down: a request of a person, or a deed whose actor is named. Migrations, commands and
workers configure nothing on anybody's behalf.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest

from monty.current_request import current_request
from monty.rest import client_address
from teams.models import Teammate
from teams.models.audit import AuditEntry, Deed, Door

LONGEST = 300
HIDDEN = "•••"


# A row, or as a whole what there is of a model.
Subject = Model | type[Model]


def note(deed: Deed, subject: Subject, /, *, by: Teammate | None = None, **data: Any) -> None:
    """Write down that somebody did something to this: whoever asks, unless `by` names another. Nobody: nothing."""
    write(deed, subject, data, by=by)


def write(deed: Deed, subject: Subject, data: dict[str, Any], *, by: Teammate | None = None) -> None:
    """The same, of facts whose names are not ours."""
    request = current_request()
    actor = by or asking()
    if actor is None:
        return
    AuditEntry.objects.create(
        actor=actor,
        actor_name=f"{actor.name} ({actor.username})"[:200],
        address=address(request),
        door=door(request),
        deed=deed,
        kind=subject._meta.label_lower,
        key="" if isinstance(subject, type) else str(subject.pk or "")[:64],
        subject=called(subject),
        data=json.loads(json.dumps(data, cls=DjangoJSONEncoder)),
    )


def called(subject: Subject) -> str:
    """Customers have a right to be forgotten, and this log forgets nothing: of them it knows numbers only."""
    if isinstance(subject, type):
        return str(subject._meta.verbose_name_plural)
    return f"#{subject.pk}" if type(subject) in NAMELESS else str(subject)[:200]


def asking() -> Teammate | None:
    """Whose request is being answered."""
    user = getattr(current_request(), "user", None)
    return user if isinstance(user, Teammate) else None


def address(request: HttpRequest | None) -> str | None:
    """Of whoever asks; None if a proxy told something else than an address."""
    if request is None:
        return None
    try:
        return str(ip_address(client_address(request)))
    except ValueError:
        return None


def door(request: HttpRequest | None) -> Door:
    if request is None:
        return Door.MONTY
    if request.path.startswith("/api/"):
        return Door.REST
    return Door.ADMIN if request.path.startswith("/admin/") else Door.PAGE


# --- What is configured -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Watch:
    """Of which columns of a model a change is written down, and which of them show no value; `when`: of which rows."""

    columns: frozenset[str]
    hidden: frozenset[str]
    when: Callable[[Any], bool]

    def facts(self, row: Model) -> dict[str, Any]:
        """By name; a JSON object's parts each by a name of their own, a file as what it is called."""
        found: dict[str, Any] = {}
        for field in row._meta.concrete_fields:
            value = field.value_from_object(row)
            if field.name not in self.columns:
                continue
            if isinstance(value, dict):
                found |= {f"{field.name}.{key}": each for key, each in value.items()}
            else:
                found[field.name] = value.name or "" if isinstance(value, FieldFile) else value
        return found

    def shown(self, name: str, value: Any) -> Any:
        if value in (None, "", False, True) or isinstance(value, int | float):
            return value
        return HIDDEN if name in self.hidden else str(value)[:LONGEST]


WATCHED: dict[type[Model], Watch] = {}
NAMELESS: set[type[Model]] = set()
# Of what the log tells at all.
KINDS: set[type[Model]] = set()


def tell_of(*models: type[Model]) -> None:
    """What is done to these, or taken along of them, is written down where it is done."""
    KINDS.update(models)


def always(_row: Any) -> bool:
    return True


def watch(
    *models: type[Model],
    only: Iterable[str] = (),
    but: Iterable[str] = (),
    hidden: Iterable[str] = (),
    when: Callable[[Any], bool] = always,
) -> None:
    """Write down what people do to rows of these models: all columns, or these, some without showing a value."""
    tell_of(*models)
    for model in models:
        names = {field.name for field in model._meta.concrete_fields} - {"id"}
        columns = (set(only) or names) - set(but)
        WATCHED[model] = Watch(frozenset(columns), frozenset(hidden), when)
        pre_save.connect(before_save, sender=model)
        post_save.connect(after_save, sender=model)
        post_delete.connect(after_delete, sender=model)
        # What is chosen of many others, such as a person's groups.
        for field in model._meta.many_to_many:
            m2m_changed.connect(after_choice, sender=getattr(model, field.name).through)


def watch_customers(*models: type[Model]) -> None:
    """Only that rows of these models were deleted, and no names; what becomes of them their own timeline tells."""
    tell_of(*models)
    NAMELESS.update(models)
    for model in models:
        WATCHED[model] = Watch(frozenset(), frozenset(), always)
        post_delete.connect(after_delete, sender=model)


def before_save(sender: type[Model], instance: Any, update_fields: Iterable[str] | None, **_: Any) -> None:
    watched = WATCHED[sender]
    touched = update_fields is None or watched.columns & set(update_fields)
    instance._was_before = None
    if touched and not instance._state.adding and asking() is not None:
        former = sender._base_manager.filter(pk=instance.pk).first()
        instance._was_before = former and watched.facts(former)


def after_save(sender: type[Model], instance: Any, created: bool, raw: bool = False, **_: Any) -> None:
    watched, was = WATCHED[sender], getattr(instance, "_was_before", None)
    if raw or not watched.when(instance):
        return
    now = watched.facts(instance)
    if created:
        facts = {name: watched.shown(name, value) for name, value in now.items() if value not in (None, "")}
        write(Deed.ADDED, instance, facts)
    elif was is not None:
        names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        pairs = {name: [watched.shown(name, was.get(name)), watched.shown(name, now.get(name))] for name in names}
        if pairs:
            write(Deed.CHANGED, instance, pairs)


def after_delete(sender: type[Model], instance: Any, **_: Any) -> None:
    watched = WATCHED[sender]
    if watched.when(instance):
        facts = watched.facts(instance).items()
        write(Deed.DELETED, instance, {name: watched.shown(name, value) for name, value in facts})


def after_choice(instance: Any, action: str, model: type[Model], pk_set: set[Any] | None, **_: Any) -> None:
    """Somebody chose others for a row: groups, permissions, channels."""
    words = {"post_add": "with", "post_remove": "without", "post_clear": "without"}
    if action not in words or type(instance) not in WATCHED or asking() is None:
        return
    names = [str(each) for each in model._base_manager.filter(pk__in=pk_set or ())] or ["all"]
    write(Deed.CHANGED, instance, {f"{words[action]} {model._meta.model_name}": ", ".join(names)[:LONGEST]})


def after_press(name: str, rows: Iterable[Model], by: Any, data: dict[str, Any], **_: Any) -> None:
    """A button or an action of the admin (`monty.admin.done`)."""
    for row in rows:
        write(Deed.DID, row, {"did": name, **data}, by=by)
