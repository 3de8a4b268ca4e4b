"""How long the channels' floor keeps what grows there. Visitors: whether they wrote is known above."""

from channels_app.models import Delivery, Forgery, Remark
from channels_app.rules import DELIVERIES_KEPT
from teams.models.keeping import keep


def declare() -> None:
    for model in (Delivery, Forgery, Remark):
        keep(model, DELIVERIES_KEPT)
