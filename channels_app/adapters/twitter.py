"""Twitter."""

from datetime import timedelta

from channels_app.adapters.base import Adapter, Window


class Twitter(Adapter):
    kind = "twitter"
    label = "Twitter"
    icon = "x-logo"
    # X sets no limit of its own.
    window = Window(product=timedelta(hours=48))
    text_limit = 10000
