"""Facebook."""

from datetime import timedelta

from channels_app.adapters.base import MB, Adapter, Capabilities, Rate, Window


class Facebook(Adapter):
    kind = "facebook"
    label = "Facebook"
    icon = "facebook"
    # Meta lets anything out for 24 h; until day 7 only what a person wrote, tagged HUMAN_AGENT.
    window = Window(product=timedelta(days=7), free=timedelta(hours=24), human=timedelta(days=7))
    can = Capabilities(
        text=2000,
        media={"image/*": 8 * MB, "*/*": 25 * MB},
        quick_replies=13,
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        delivered=True,
        read=True,
        # Meta: the Send API's limit for text, of a page.
        rates=(Rate(300, timedelta(seconds=1)),),
    )
