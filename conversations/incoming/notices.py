"""What providers say about a channel's account itself."""

from channels_app.border import Notice
from channels_app.models import Channel, Delivery, Remark


def take(delivery: Delivery, channel: Channel, notice: Notice) -> None:
    """Keep it; the first time it is read it may stop the channel, until a person has mended what it says."""
    if Remark.objects.keep(delivery, channel, notice) and notice.stops:
        channel.suspend(notice.detail)
