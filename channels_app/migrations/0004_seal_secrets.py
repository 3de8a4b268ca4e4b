"""Encrypts the secrets that channels have stored in the plain."""

from django.db import migrations

from channels_app import secrets

# As the adapters' forms had them at this time.
SECRETS = [
    "access_token",
    "app_secret",
    "bearer_token",
    "client_secret",
    "consumer_secret",
    "identity_secret",
    "identity_secret_old",
    "refresh_token",
    "verify_token",
]


def seal(apps, schema_editor):
    change(apps.get_model("channels_app", "Channel"), lambda value: secrets.seal(value) if is_plain(value) else value)


def unseal(apps, schema_editor):
    change(apps.get_model("channels_app", "Channel"), secrets.unseal)


def change(channels, of):
    for channel in channels.objects.select_for_update():
        secret = {name: of(value) for name, value in channel.config.items() if name in SECRETS and is_text(value)}
        channels.objects.filter(pk=channel.pk).update(config=channel.config | secret)


def is_text(value):
    return isinstance(value, str) and value != ""


def is_plain(value):
    return not secrets.is_sealed(value)


class Migration(migrations.Migration):
    dependencies = [("channels_app", "0003_channels_outside")]
    operations = [migrations.RunPython(seal, unseal)]
