"""Demo data: people, teams, channels and several hundred conversations; and customers who write live."""

from argparse import ArgumentParser
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels_app.models import Channel
from conversations.models import Conversation
from monty.demo import cast, traffic
from monty.demo.history import History
from monty.demo.shifts import Shifts
from teams.models import Teammate


class Command(BaseCommand):
    help = "Makes the demo data (again: what is there stays), or with --traffic plays customers live."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first", action="store_true", help="Only into an installation without any teammate.")
        parser.add_argument("--traffic", action="store_true", help="Play customers against the running server.")
        parser.add_argument("--minutes", type=float, default=10.0, help="How long the customers play.")
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="Where the server runs.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts have a known password. Set DEMO=1 if you really want them here.")
        if options["traffic"]:
            self.play(options["url"].rstrip("/"), options["minutes"])
        elif not (options["first"] and Teammate.objects.exists()):
            self.make()

    def make(self) -> None:
        teams = cast.make_teams()
        people = cast.make_people(teams)
        channels = cast.make_channels(teams)
        if not Conversation.objects.filter(channel__in=channels).exists():
            self.stdout.write("Making the demo data …")
            history = History(channels, people)
            Shifts(history).write()
            history.write()
        cast.make_hours()
        self.explain()

    def explain(self) -> None:
        self.stdout.write(
            f"\n  Inbox        {settings.PUBLIC_URL}/\n"
            f"  Demo shop    {settings.PUBLIC_URL}/demo/\n"
            f"  Admin        {settings.PUBLIC_URL}/admin/\n\n"
            f"  Log in as ana, ben (Sales), cara, dora (Support), sara (supervisor) or admin;\n"
            f"  password: {cast.PASSWORD}\n"
        )

    def play(self, url: str, minutes: float) -> None:
        webchat = Channel.objects.webchats().first()
        if webchat is None:
            raise CommandError("There is no webchat yet: run `manage.py demo` first.")
        self.stdout.write(f"Customers write to {url} for {minutes:g} minutes (Ctrl-C stops them).")
        try:
            traffic.play(f"{url}/webchat/{webchat.uuid}/", seconds=minutes * 60, say=self.say)
        except URLError as error:
            raise CommandError(f"Nobody answers at {url} ({error}). Start Monty first: make run") from error
        except KeyboardInterrupt:
            self.stdout.write("The customers have left.")

    def say(self, line: str) -> None:
        if line:
            self.stdout.write(line)
