"""The admin of the catalogue and of orders."""

from orders.admin import orders, products

__all__ = ["orders", "products"]
