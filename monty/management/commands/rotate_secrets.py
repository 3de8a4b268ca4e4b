"""Encrypts the secrets of channels, webhooks and second factors with the newest SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels_app.models import Channel
from channels_app.verdicts import Refused
from teams.login import second_factor
from webhooks.models import Subscription


class Command(BaseCommand):
    help = "Encrypts every stored secret with SECRET_KEY; those of SECRET_KEY_FALLBACKS are then needed no more."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = []
        for channel in Channel.objects.all():
            try:
                channel.rotate_secrets()
            except Refused as refused:
                unreadable.append(f"{channel}: {refused}")
        for webhook in Subscription.objects.all():
            try:
                webhook.renew_secrets()
            except Refused:
                unreadable.append(f"{webhook}: its secret cannot be read with this SECRET_KEY. Give it a new one.")
        for person in second_factor.renew_secrets():
            unreadable.append(f"{person}: their second factor cannot be read with this SECRET_KEY. Remove it.")
        if unreadable:
            raise CommandError("\n".join(unreadable))
        self.stdout.write("Every secret is encrypted with SECRET_KEY.")
