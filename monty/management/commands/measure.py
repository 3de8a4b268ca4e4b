"""Measures every conversation anew for the reports. Stopped and started again it goes on where it was."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from conversations.models import Meter
from conversations.reports import measuring, online, rollups


class Command(BaseCommand):
    help = "Measures every conversation anew for the reports, and adds the months up. --continue: only what is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--continue", action="store_true", help="Go on with what was begun.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["continue"]:
            Meter.objects.ask_for_all()
        while measuring.go_on(wait=True):
            self.stdout.write(f"\r{measuring.progress() or 100} %", ending="")
            self.stdout.flush()
        self.stdout.write("\r100 %, adding up")
        online.count_online()
        rollups.add_up_missed()
        self.stdout.write("Done.")
