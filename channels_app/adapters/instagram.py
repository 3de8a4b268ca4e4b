"""Instagram."""

from datetime import timedelta

from channels_app.adapters.base import MB, Adapter, Capabilities, Rate, Unit, Window


class Instagram(Adapter):
    kind = "instagram"
    label = "Instagram"
    icon = "instagram"
    # Meta: 24 h for anything, until day 7 for what a person wrote. The product's own 72 h end earlier.
    window = Window(product=timedelta(hours=72), free=timedelta(hours=24), human=timedelta(days=7))
    can = Capabilities(
        text=1000,
        text_unit=Unit.BYTES,
        media={"image/*": 8 * MB, "audio/*": 25 * MB, "video/*": 25 * MB, "application/pdf": 25 * MB},
        quick_replies=13,
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        read=True,
        # Meta: the Send API's limit for text, of an account.
        rates=(Rate(300, timedelta(seconds=1)),),
    )
