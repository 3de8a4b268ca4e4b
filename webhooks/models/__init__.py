"""Who is told of what, and what became of each telling."""

from webhooks.models.delivery import Attempt, Delivery, DeliveryState
from webhooks.models.subscription import Subscription

__all__ = ["Attempt", "Delivery", "DeliveryState", "Subscription"]
