"""WhatsApp."""

from datetime import timedelta

from channels_app.adapters.base import MB, Adapter, Capabilities, Rate, Window


class WhatsApp(Adapter):
    kind = "whatsapp"
    label = "WhatsApp"
    icon = "whatsapp"
    # Meta: 24 h after the customer's last message; later only approved templates.
    window = Window(product=timedelta(hours=24), free=timedelta(hours=24), template_after=True)
    can = Capabilities(
        text=4096,
        media={
            "image/jpeg": 5 * MB,
            "image/png": 5 * MB,
            "audio/*": 16 * MB,
            "video/mp4": 16 * MB,
            "video/3gpp": 16 * MB,
            "application/*": 100 * MB,
            "text/plain": 100 * MB,
        },
        caption=1024,
        captioned=("image/*", "video/*", "application/*", "text/*"),
        quick_replies=3,
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        typing_reads=True,
        delivered=True,
        read=True,
        # Meta: of a number; and to one person one message in 6 s, of which 45 may be borrowed at once.
        rates=(Rate(80, timedelta(seconds=1)), Rate(45, timedelta(seconds=270), of_recipient=True)),
    )
