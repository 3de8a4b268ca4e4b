"""What the demo shop sells (the same as its page shows), and what some of its customers ordered."""

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageDraw

from conversations.models import Conversation, Event
from orders import pictures
from orders.models import Kind, Order, Pick, Product, Variant
from teams.models import Teammate

VAT = 19
# name, what it is, colours of the picture, its variants: name, SKU, price in cents, stock
CATALOGUE: list[tuple[str, str, tuple[str, str], list[tuple[str, str, int, int | None]]]] = [
    ("Morrow teapot", "Holds six cups and a long talk.", ("#eadfce", "#a0522d"), [("", "TEA-1", 6400, 12)]),
    (
        "Pebble mug",
        "Fits two cold hands.",
        ("#dbe5df", "#4f7775"),
        [("sage", "MUG-SAGE", 2200, 40), ("sand", "MUG-SAND", 2200, 25), ("large, sage", "MUG-SAGE-L", 2600, 3)],
    ),
    ("Tide bowl", "For soup, oats and keys.", ("#dde6ee", "#3f6184"), [("", "BOWL-1", 2800, 18)]),
    ("Heron vase", "Stands well with one stem.", ("#ece4ea", "#77587a"), [("", "VASE-1", 4600, 7)]),
    (
        "Loam planter",
        "Breathes, and has a saucer.",
        ("#e7e6d6", "#7a6a45"),
        [("small", "PLANT-S", 3400, 15), ("large", "PLANT-L", 5200, 0)],
    ),
    ("Ember lantern", "Throws dots on the wall.", ("#efe0d6", "#b5532f"), [("", "LANT-1", 3800, 9)]),
    ("Gift wrapping", "Paper, ribbon and a card.", ("#f0e2e4", "#b04a5a"), [("", "WRAP", 450, None)]),
]
SERVICES = {"Gift wrapping"}

# What is in an order (SKU, how many), and how far it came.
ORDERS: list[tuple[list[tuple[str, int]], str]] = [
    ([("MUG-SAGE", 2), ("WRAP", 1)], "fulfilled"),
    ([("TEA-1", 1), ("MUG-SAND", 4)], "fulfilled"),
    ([("VASE-1", 1)], "paid"),
    ([("BOWL-1", 6)], "refunded in part"),
    ([("LANT-1", 2)], "placed"),
    ([("PLANT-S", 3)], "cancelled"),
    ([("MUG-SAGE-L", 1), ("BOWL-1", 1)], "placed"),
]
ADDRESS = "8 Harbour Lane\n20457 Hamburg"


def make_catalogue() -> None:
    """What is there stays as it is."""
    if Product.objects.exists():
        return
    for name, description, colours, variants in CATALOGUE:
        kind = Kind.SERVICE if name in SERVICES else Kind.PRODUCT
        product = Product.objects.create(name=name, description=description, kind=kind, tax_rate=VAT, currency="EUR")
        pictures.keep(product, drawing(*colours))
        Variant.objects.bulk_create(
            Variant(product=product, name=variant, sku=sku, price=price, stock=stock, position=position)
            for position, (variant, sku, price, stock) in enumerate(variants)
        )


def make_orders(people: dict[str, Teammate]) -> None:
    """In conversations about an order, the oldest ones last; none if there are orders already."""
    if Order.objects.exists():
        return
    numbers = dict(Variant.objects.values_list("sku", "pk"))
    talks = list(Conversation.objects.labelled("Order").order_by("-last_message_at")[: len(ORDERS)])
    with transaction.atomic():
        for talk, (wanted, outcome) in zip(reversed(talks), ORDERS, strict=False):
            picks = [Pick(numbers[sku], quantity) for sku, quantity in wanted if sku in numbers]
            last = talk.events.latest("pk").at
            order = Order.start(talk, {"address": ADDRESS, "shipping": 490}, picks, by=people["ana"])
            lead(order, outcome, by=people["ana"])
            move(order, last)
        # What happened weeks ago needs no announcing now.
        Event.objects.filter(data__has_key="order").update(published=True)
        transaction.get_connection().run_on_commit.clear()


def lead(order: Order, outcome: str, *, by: Teammate) -> None:
    order.place(by=by)
    if outcome == "cancelled":
        order.cancel(by=by, reason="The customer changed their mind")
        return
    if outcome != "placed":
        order.pay(by=by, way="transfer")
    if outcome in ("fulfilled", "refunded in part"):
        order.fulfil(by=by)
    if outcome == "refunded in part":
        order.refund(order.total // 6, by=None, reason="One arrived with a crack")


def move(order: Order, after: datetime) -> None:
    """To where it belongs: the minutes after what was last said."""
    events = list(order.conversation.events.filter(data__order=order.pk).order_by("pk"))
    at = after
    times: dict[str, datetime] = {}
    for event in events:
        at += timedelta(minutes=7)
        event.at = times[event.verb] = at
    Event.objects.bulk_update(events, ["at"])
    order.created_at = times["create_order"]
    order.placed_at = times.get("place_order")
    order.paid_at = times.get("pay_order")
    order.save(update_fields=["created_at", "placed_at", "paid_at"])


def drawing(ground: str, clay: str) -> SimpleUploadedFile:
    """A pot of this colour before this wall."""
    image = Image.new("RGB", (640, 640), ground)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((180, 220, 460, 530), radius=90, fill=clay)
    pen.ellipse((180, 190, 460, 260), fill=clay)
    pen.ellipse((205, 203, 435, 247), fill=ground)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return SimpleUploadedFile("pot.png", out.getvalue(), "image/png")
