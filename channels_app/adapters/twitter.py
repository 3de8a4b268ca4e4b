"""Twitter."""

from datetime import timedelta

from channels_app.adapters.base import MB, Adapter, Capabilities, Rate, Window


class Twitter(Adapter):
    kind = "twitter"
    label = "Twitter"
    icon = "x-logo"
    # X sets no limit of its own.
    window = Window(product=timedelta(hours=48))
    can = Capabilities(
        text=10_000,
        media={"image/*": 5 * MB, "image/gif": 15 * MB, "video/*": 512 * MB},
        caption=10_000,
        read=True,
        # X: direct messages of one user.
        rates=(Rate(15, timedelta(minutes=15)), Rate(1440, timedelta(hours=24))),
    )
