"""The day when it is needed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monty import backups


class Command(BaseCommand):
    help = "Replaces the database and the files by a backup's. Stop all of Monty's processes first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="which backup; without: the latest")
        parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")

    def handle(self, *args: Any, name: str | None, yes: bool, **options: Any) -> None:
        name = name or next(iter(backups.names()), "")
        if not yes and input(f"Replace everything that is here by {name or 'nothing'}? Type yes: ") != "yes":
            raise CommandError("Nothing was changed.")
        backups.bring_back(name)
        self.stdout.write(f"{name} is back.")
