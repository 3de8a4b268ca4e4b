"""Demo data: people, teams, channels and several hundred conversations; and customers who write live."""

from argparse import ArgumentParser
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels_app.models import Channel
from channels_app.simulator import connection
from channels_app.simulator.providers import PROVIDERS
from conversations.models import Conversation
from monty.demo import cast, habits
from monty.demo.bots import make_flows
from monty.demo.history import History
from monty.demo.orders import make_catalogue, make_orders
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
        elif options["first"] and Teammate.objects.exists():
            connection.follow()
        else:
            self.make()

    def make(self) -> None:
        teams = cast.make_teams()
        cast.make_labels()
        habits.make_replies()
        habits.make_macros()
        people = cast.make_people(teams)
        channels = cast.make_channels(teams)
        if not Conversation.objects.filter(channel__in=channels).exists():
            self.stdout.write("Making the demo data …")
            history = History(channels, people)
            Shifts(history).write()
            history.write()
        cast.make_hours()
        make_flows()
        make_catalogue()
        make_orders(people)
        self.explain(self.switch_phones_on(channels))

    def switch_phones_on(self, channels: list[Channel]) -> list[Channel]:
        # Not above: the simulator is an app only where the demo is, and the command must say so elsewhere.
        from monty.demo import phones

        outside = [channel for channel in channels if channel.kind in PROVIDERS]
        for channel in outside:
            phones.switch_on(channel)
        return outside

    def explain(self, outside: list[Channel]) -> None:
        webhooks = "".join(f"  {channel.label:<11}  {channel.adapter.to_paste}\n" for channel in outside)
        self.stdout.write(
            f"\n  Inbox        {settings.PUBLIC_URL}/\n"
            f"  Demo shop    {settings.PUBLIC_URL}/demo/\n"
            f"  Phones       {settings.PUBLIC_URL}/demo/phone/\n"
            f"  Admin        {settings.PUBLIC_URL}/admin/\n\n"
            f"  Log in as ana, ben (Sales), cara, dora (Support), sara (supervisor) or admin;\n"
            f"  password: {cast.PASSWORD}\n\n"
            f"  Webhook addresses, which the simulated providers post to:\n{webhooks}"
        )

    def play(self, url: str, minutes: float) -> None:
        from monty.demo import traffic  # As above.

        webchat = Channel.objects.webchats().first()
        if webchat is None:
            raise CommandError("There is no webchat yet: run `manage.py demo` first.")
        self.stdout.write(f"Customers write to {url} for {minutes:g} minutes (Ctrl-C stops them).")
        try:
            outside = [channel for channel in Channel.objects.filter(active=True) if channel.kind in PROVIDERS]
            traffic.play(f"{url}/webchat/{webchat.uuid}/", outside, seconds=minutes * 60, say=self.say)
        except URLError as error:
            raise CommandError(f"Nobody answers at {url} ({error}). Start Monty first: make run") from error
        except KeyboardInterrupt:
            self.stdout.write("The customers have left.")

    def say(self, line: str) -> None:
        if line:
            self.stdout.write(line)
