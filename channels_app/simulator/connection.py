"""How a channel of Monty is connected to the simulator."""

from channels_app.forms import is_secret
from channels_app.models import Channel
from channels_app.simulator.providers import PROVIDERS

PLACE = "/demo/providers/"


def connect(channel: Channel) -> None:
    """Point the channel at its simulated provider. One that is connected to something else is left alone."""
    known = channel.config.get("base_url", "")
    if channel.kind not in PROVIDERS or (known and PLACE not in known):
        return
    for name, value in PROVIDERS[channel.kind](channel.external_id).configuration().items():
        field = channel.adapter.Config.base_fields.get(name)
        if field is not None and is_secret(field):
            channel.keep_secret(name, value)
        else:
            channel.config[name] = value
    channel.save(update_fields=["config"])
