"""How a channel of Monty is connected to its simulated provider."""

from channels_app.models import Channel
from channels_app.simulator.providers import PROVIDERS

PLACE = "/demo/providers/"


def connect(channel: Channel) -> None:
    """Point the channel at the simulator. One that is connected to something else is left alone."""
    address = channel.config.get("base_url", "")
    if not address or PLACE in address:
        channel.configure(**PROVIDERS[channel.kind](channel.external_id).configuration())


def follow() -> None:
    """Monty's own address may have changed since: what is connected to the simulator finds it again."""
    for channel in Channel.objects.filter(kind__in=PROVIDERS):
        if PLACE in channel.config.get("base_url", ""):
            connect(channel)
