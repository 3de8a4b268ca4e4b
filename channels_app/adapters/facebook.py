"""Facebook."""

from datetime import timedelta

from channels_app.adapters.base import Adapter, Window


class Facebook(Adapter):
    kind = "facebook"
    label = "Facebook"
    icon = "facebook"
    # Meta lets anything out for 24 h; until day 7 only what a person wrote, tagged HUMAN_AGENT.
    window = Window(product=timedelta(days=7), free=timedelta(hours=24), human=timedelta(days=7))
    text_limit = 2000
