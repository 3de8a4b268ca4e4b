from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from orders import belongings, cards, listening, panel, reports, search, thread
        from orders.models import Order, Product, Variant
        from teams import audit

        audit.watch(Product, Variant)
        audit.tell_of(Order)
        thread.connect()
        search.connect()
        cards.connect()
        panel.connect()
        belongings.connect()
        reports.add()
        listening.connect()
