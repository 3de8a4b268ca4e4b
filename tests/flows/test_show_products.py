"""The node that shows products."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from flows import engine, starting
from flows.problems import problems
from orders import pictures
from tests.flows.flow import document, flow, node, said, say
from tests.flows.test_rehearsal import rehearsal
from tests.orders import shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    return shop.variant(1900, product_name="Mug", sku="MUG-1")


@pytest.fixture
def bowl():
    return shop.variant(2500, product_name="Bowl", sku="BOWL-1")


def showing(*skus: str):
    shown = node("s", "show_products", text="Look:", items=[*skus], exits={"next": "yes", "none": "no"})
    return document(shown, say("yes", "Shown"), say("no", "Nothing"))


def run(conversation, raw, *, taken_off=None) -> None:
    """`taken_off`: a variant that is no longer on sale when a customer comes there."""
    shop_flow = flow("Shop", raw)
    if taken_off is not None:
        taken_off.active = False
        taken_off.save()
    engine.advance(starting.send(conversation, shop_flow, by=None))


def test_they_are_named_with_their_prices_in_the_order_of_the_node(conversation, mug, bowl):
    run(conversation, showing("MUG-1", "BOWL-1"))

    assert said(conversation) == ["Look:\nMug: €19.00\nBowl: €25.00", "Shown"]


def test_the_price_is_the_one_of_that_moment(conversation, mug):
    raw = showing("MUG-1")
    mug.price = 2100
    mug.save()

    run(conversation, raw)

    assert "Mug: €21.00" in said(conversation)[0]


def test_a_picture_goes_along(conversation, mug):
    made = BytesIO()
    Image.new("RGB", (300, 300), "teal").save(made, "PNG")
    pictures.keep(mug.product, SimpleUploadedFile("mug.png", made.getvalue(), "image/png"))

    run(conversation, showing("MUG-1"))

    files = [each for row in conversation.messages.all() for each in row.attachments.all()]
    assert [each.content_type for each in files] == ["image/webp"]


def test_what_is_not_on_sale_is_left_out(conversation, mug, bowl):
    run(conversation, showing("MUG-1", "BOWL-1"), taken_off=bowl)

    assert said(conversation) == ["Look:\nMug: €19.00", "Shown"]


def test_where_nothing_is_left_it_leaves_by_the_other_exit(conversation, mug):
    run(conversation, showing("MUG-1"), taken_off=mug)

    assert said(conversation) == ["Nothing"]


def test_a_product_that_is_not_there_is_a_problem(mug):
    row = flow("Hello", document(say("a", "Hello")))

    assert [each.text for each in problems(showing("GONE"), row.surroundings)] == ["“s”: “GONE” is not on sale."]


def test_tried_out_it_shows_the_same(mug):
    assert "Look:\nMug: €19.00" in [line.text for line in rehearsal(showing("MUG-1")).lines]
