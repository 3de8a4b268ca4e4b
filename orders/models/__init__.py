from orders.models.line import Line, Pick
from orders.models.offer import Offer
from orders.models.order import Order
from orders.models.order_queries import Dimension
from orders.models.product import Kind, Product, Variant
from orders.models.states import OrderState
from orders.models.version import Version
from orders.models.year import OrderYear

__all__ = [
    "Dimension",
    "Kind",
    "Line",
    "Offer",
    "Order",
    "OrderState",
    "OrderYear",
    "Pick",
    "Product",
    "Variant",
    "Version",
]
