"""Every door of Monty, and who gets through: what `who_may.txt` is compared with.

A door is an address with a method, a button of the admin, a model's page there, or the groups of a socket. Each is
tried by everybody of the cast in a world in which all that it leads to is there, in one team.
"""

import re
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from channels_app.consumers import InboxConsumer
from monty.admin_buttons import ButtonAdmin
from teams.models import Teammate

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The REST framework's doors try both spellings; one is enough.
SUFFIX = re.compile(r"/\?\$?$|\$$")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
# Django's own pages of each model: asked of its permissions, at once for all.
OWN_PAGES = {"changelist", "add", "history", "delete", "change"}
DEEDS = ("view", "add", "change", "delete")

Values = Callable[[str, str], Any]


class Visitors:
    """The cast, each with a browser of their own; whatever one does is undone at once."""

    def __init__(self, people: dict[str, Teammate | None]) -> None:
        self.people = people
        self.cookies = {name: self.log_in(person) for name, person in people.items()}

    def log_in(self, person: Teammate | None) -> SimpleCookie:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client.cookies

    def try_door(self, name: str, method: str, address: str) -> Any:
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in self.cookies[name].items()})
        with transaction.atomic():
            if method == "POST" and "/api/" not in address:
                answer = client.post(address, {})
            else:
                answer = client.generic(method, address, b"{}", "application/json")
            transaction.set_rollback(True)
        return answer

    def everybody(self, method: str, address: str) -> list[str]:
        return [said(self.try_door(name, method, address)) for name in self.people]


def said(answer: Any) -> str:
    """In a word: who is let in is told what is wrong with an empty form, which is not what is asked here."""
    if answer.status_code == 302 and "/login/?next=" in answer["Location"]:
        return "login"
    words = {401: "login", 403: "no", 404: "404", 405: "405", 410: "gone", 500: "500"}
    return words.get(answer.status_code, "yes")


# --- Addresses --------------------------------------------------------------------------------------------------------


def addresses(resolver: Any = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URL configuration, in plain words."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + plain(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from addresses(each, route)
        else:
            yield route, each


def plain(pattern: str) -> str:
    return SUFFIX.sub("/", GROUP.sub(r"<\1>", pattern.removeprefix("^"))).replace("\\", "")


def is_own_page(route: str, pattern: URLPattern) -> bool:
    """One of the five that every model has in the admin, or the address that only leads to one."""
    app, _underscore, page = str(pattern.name or "").rpartition("_")
    return (page in OWN_PAGES and "_" in app) or (pattern.name is None and route.endswith("<path:object_id>/"))


def methods_of(pattern: URLPattern, answers: Callable[[str], str]) -> list[str]:
    """Those that a REST view has; of others a stranger finds out: for the rest it is 405, unless it is all the same."""
    view: Any = pattern.callback
    if hasattr(view, "cls"):
        own = {name for name in view.cls.http_method_names if hasattr(view.cls, name)}
        wanted = set(getattr(view, "actions", None) or own)
        return [each for each in METHODS if each.lower() in wanted]
    all_the_same = answers("PATCH") != "405"
    return [each for each in METHODS[: 2 if all_the_same else None] if answers(each) != "405"]


def filled(route: str, values: Values) -> str:
    return PLACE.sub(lambda place: str(values(route, place[1])), route)


def doors(visitors: Visitors, values: Values, wanted: Callable[[str], bool]) -> dict[str, list[str]]:
    """What everybody is answered at the addresses that are wanted, by method and address."""
    found: dict[str, list[str]] = {}
    for route, pattern in addresses():
        if not wanted(route) or (route.startswith("/admin/") and is_own_page(route, pattern)):
            continue
        address = filled(route, values)

        def answers(method: str, address: str = address) -> str:
            return said(visitors.try_door("stranger", method, address))

        for method in methods_of(pattern, answers):
            cells = visitors.everybody(method, address)
            # A stranger was sent to the log-in, behind which there is nothing either.
            if set(cells) != {"login", "405"}:
                found[f"{method} {route}"] = cells
    return found


def filled_answers(visitors: Visitors, name: str) -> set[str]:
    """The lists of REST that tell somebody anything."""
    lists = {route for route, _pattern in addresses() if route.startswith("/api/v1/") and not PLACE.search(route)}
    answers = {route: visitors.try_door(name, "GET", route) for route in lists}
    answered = {route: answer for route, answer in answers.items() if answer.status_code == 200}
    known = {route: answer.json() for route, answer in answered.items() if "json" in answer["Content-Type"]}
    return {route for route, told in known.items() if isinstance(told, dict) and told.get("results")}


# --- The admin --------------------------------------------------------------------------------------------------------


def models(people: dict[str, Teammate | None]) -> dict[str, list[str]]:
    """Which of Django's pages of a model each may open: letters for view, add, change, delete."""
    return {
        f"admin {model._meta.label_lower}": [letters(page, person) for person in people.values()]
        for model, page in sorted(admin.site._registry.items(), key=lambda each: each[0]._meta.label_lower)
    }


def filled_lists(person: Teammate) -> set[str]:
    """The models of which the admin's lists show somebody anything."""
    request = RequestFactory().get("/admin/")
    request.user = person
    mine = {model: page for model, page in admin.site._registry.items() if page.has_view_permission(request)}
    return {model._meta.label_lower for model, page in mine.items() if page.get_queryset(request).exists()}


def letters(page: Any, person: Teammate | None) -> str:
    if person is None or not person.is_staff:
        return "login"
    request = RequestFactory().get("/admin/")
    request.user = person
    return "".join(deed[0] for deed in DEEDS if getattr(page, f"has_{deed}_permission")(request)) or "-"


def buttons(visitors: Visitors, row_of: Callable[[Any], Any]) -> dict[str, list[str]]:
    """Every button above a row of the admin."""
    found = {}
    for model, page in admin.site._registry.items():
        if isinstance(page, ButtonAdmin):
            for name in page.buttons:
                address = page.url_of("press", row_of(model).pk, name)
                found[f"press {model._meta.label_lower} {name}"] = visitors.everybody("POST", address)
    return found


# --- Sockets ----------------------------------------------------------------------------------------------------------


def socket_groups(person: Teammate | None) -> str:
    """The kinds of groups that somebody's socket is in."""
    if person is None:
        return "login"
    client = Client()
    client.force_login(person)
    consumer = InboxConsumer()
    consumer.scope = {"user": person, "session": client.session}
    groups = InboxConsumer.__dict__["groups_of_person"].func(consumer)
    return "+".join(sorted({group.partition(".")[0] for group in groups}))


def unknown() -> str:
    """An id of something that need not be there."""
    return str(uuid4())
