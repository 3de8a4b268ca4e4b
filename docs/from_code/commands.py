"""The commands of `manage.py` that are Monty's own."""

import sys
from argparse import Action
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from from_code.markdown import code, first_words, table


def all_commands() -> str:
    return "\n\n".join(section(name, app) for name, app in sorted(get_commands().items()) if is_own(app))


def is_own(app: str) -> bool:
    found = next((each for each in apps.get_app_configs() if each.name == app), None)
    return found is not None and found.path.startswith(str(settings.BASE_DIR)) and ".venv" not in found.path


def section(name: str, app: str) -> str:
    command = load_command_class(app, name)
    rows = [(code(called(each)), each.help or "", default(each)) for each in own_options(command, name)]
    # A command of Django's that is only extended here has its own words in its module.
    words = vars(type(command)).get("help") or first_words(sys.modules[type(command).__module__])
    return f"## `{name}`\n\n{words}\n\n" + (table(["option", "meaning", "default"], rows) if rows else "")


def own_options(command: BaseCommand, name: str) -> Iterator[Action]:
    """Those that only this command has."""
    parent: BaseCommand = type(command).__mro__[1]()
    common = {each.dest for each in parent.create_parser("manage.py", name)._actions}
    for each in command.create_parser("manage.py", name)._actions:
        if each.dest not in common:
            yield each


def called(action: Action) -> str:
    return ", ".join(action.option_strings) or action.dest


def default(action: Action) -> str:
    return "" if action.default in (None, False) else code(action.default)
