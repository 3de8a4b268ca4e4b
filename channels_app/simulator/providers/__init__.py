"""The simulated providers by kind: what each tells, in its own words. Nothing here touches a row."""

from channels_app.simulator.providers.base import Provider
from channels_app.simulator.providers.facebook import Facebook
from channels_app.simulator.providers.instagram import Instagram
from channels_app.simulator.providers.twitter import Twitter
from channels_app.simulator.providers.whatsapp import WhatsApp

PROVIDERS: dict[str, type[Provider]] = {each.kind: each for each in (Facebook, Instagram, WhatsApp, Twitter)}

__all__ = ["PROVIDERS", "Provider"]
