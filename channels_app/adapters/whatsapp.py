"""WhatsApp."""

from datetime import timedelta

from channels_app.adapters.base import Adapter, Window


class WhatsApp(Adapter):
    kind = "whatsapp"
    label = "WhatsApp"
    icon = "whatsapp"
    # Meta: 24 h after the customer's last message; later only approved templates.
    window = Window(product=timedelta(hours=24), free=timedelta(hours=24), template_after=True)
    text_limit = 4096
