"""Orders: placing them one after the other, beside the bare rows of a placing."""

import json
from statistics import median

from bench.report import Row
from tests.processes import SpreadOut

ORDERS, LINES, ROUNDS = 200, 3, 3


def measure(installation: SpreadOut) -> list[Row]:
    """Quiet: one client, in conversations of their own; with this many orders stored and with ten times as many."""
    facts = {"orders": ORDERS, "lines": LINES}
    installation.python(SHELF % facts)
    found = [json.loads(installation.python(PLACE % facts)) for _ in range(ROUNDS)]
    installation.python(MANY % {"stored": ORDERS * 10})
    later = json.loads(installation.python(PLACE % facts))
    queries = {each["queries"] for each in [*found, later]}
    assert len(queries) == 1, f"the number of queries grows: {queries}"
    floor = median(each["floor"] for each in found)
    beside = "the rows of a placing by plain SQL, one client"
    note = f"{queries.pop()} queries each, whatever is stored"
    name = f"place order: {LINES} lines, with stock, one client"
    return [
        Row(name, median(each["rate"] for each in found), "orders/s", floor, beside, note),
        Row(f"  the same after {ORDERS * 10:,} more", later["rate"], "orders/s", later["floor"], beside),
    ]


# The year has its row: only the very first order makes it.
SHELF = """
from django.utils import timezone
from orders.models import OrderYear, Product, Variant
from tests import make
product = Product.objects.create(name="Bench")
for number in range(%(lines)d):
    Variant.objects.create(product=product, name=str(number), sku=f"BENCH-{number}", price=1999, stock=10**6)
OrderYear.objects.get_or_create(year=timezone.localdate().year)
make.channel("webchat", name="Bench orders")
"""

# A placing: lock conversation, order and variants, take from the stock, count a number, write order and event.
PLACE = """
import json, time
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from channels_app.models import Channel
from conversations import events
from orders.models import Order, OrderYear, Pick, Variant
from tests import make
events.publish = lambda records: None
channel = Channel.objects.get(name="Bench orders")
variants = list(Variant.objects.filter(sku__startswith="BENCH-").order_by("pk"))
picks = [Pick(variant.pk, 2) for variant in variants]
def drafts():
    return [Order.start(row, {}, picks, by=None) for row in make.many_waiting(channel, %(orders)d)]
orders = drafts()
with CaptureQueriesContext(connection) as seen:
    orders.pop().place(by=None)
start = time.perf_counter()
for order in orders:
    order.place(by=None)
rate = len(orders) / (time.perf_counter() - start)
bare = drafts()
numbers = [variant.pk for variant in variants]
year = timezone.localdate().year
insert = ("INSERT INTO conversations_event (conversation_id, verb, state, data, at, published) "
    "VALUES (%%s, 'place_order', 'open', '{}', now(), true)")
start = time.perf_counter()
for order in bare:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, ids in (("conversations_conversation", [order.conversation_id]), ("orders_order", [order.pk]),
                ("orders_variant", numbers)):
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute("UPDATE orders_variant SET stock = stock - 2 WHERE id = ANY(%%s)", [numbers])
        cursor.execute("UPDATE orders_line SET reserved = quantity WHERE order_id = %%s", [order.pk])
        cursor.execute("UPDATE orders_orderyear SET last = last + 1 WHERE year = %%s RETURNING last", [year])
        number = f"{year}-{cursor.fetchone()[0]:05}"
        cursor.execute("UPDATE orders_order SET state = 'placed', number = %%s, placed_at = now() WHERE id = %%s",
            [number, order.pk])
        cursor.execute(insert, [order.conversation_id])
print(json.dumps({"rate": rate, "floor": len(bare) / (time.perf_counter() - start), "queries": len(seen)}))
"""

# Orders of years ago, by bulk.
MANY = """
from django.utils import timezone
from channels_app.models import Channel
from orders.models import Order, OrderState
from tests import make
rows = make.many_waiting(Channel.objects.get(name="Bench orders"), %(stored)d)
Order.objects.bulk_create(
    Order(conversation=row, state=OrderState.FULFILLED, number=f"1999-{place}", placed_at=timezone.now())
    for place, row in enumerate(rows)
)
"""
