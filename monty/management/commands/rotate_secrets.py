"""Encrypts the channels' secrets with the newest SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels_app.models import Channel
from channels_app.verdicts import Refused


class Command(BaseCommand):
    help = "Encrypts every channel's secrets with SECRET_KEY; those of SECRET_KEY_FALLBACKS are then needed no more."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = []
        for channel in Channel.objects.all():
            try:
                channel.rotate_secrets()
            except Refused as refused:
                unreadable.append(f"{channel}: {refused}")
        if unreadable:
            raise CommandError("\n".join(unreadable))
        self.stdout.write("Every secret is encrypted with SECRET_KEY.")
