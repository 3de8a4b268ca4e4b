"""A copy of everything, for the day when it is needed."""

from typing import Any

from django.core.management.base import BaseCommand

from monty import backups


class Command(BaseCommand):
    help = "Copies the database and all files to BACKUP_STORAGE_URL. Monty may run meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(backups.make())
