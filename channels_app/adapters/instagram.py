"""Instagram."""

from datetime import timedelta

from channels_app.adapters.base import Adapter, Window


class Instagram(Adapter):
    kind = "instagram"
    label = "Instagram"
    icon = "instagram"
    # Meta: 24 h for anything, until day 7 for what a person wrote. The product's own 72 h end earlier.
    window = Window(product=timedelta(hours=72), free=timedelta(hours=24), human=timedelta(days=7))
    text_limit = 1000
