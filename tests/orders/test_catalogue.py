"""The catalogue: its pictures, its CSV with a look before it, and its pages in the admin."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from monty import sheets
from orders import catalogue
from orders.models import Product, Variant
from teams.models import AuditEntry
from tests import make
from tests.orders import shop

HEAD = "sku,name,variant,kind,description,price,currency,tax_rate,stock,active\r\n"


def problems(text: str) -> dict[int, list[str]]:
    return {row.number: row.problems for row in catalogue.read(text) if row.problems}


def picture(size: tuple[int, int] = (1600, 900)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format="PNG")
    return SimpleUploadedFile("mug.png", out.getvalue(), "image/png")


# --- CSV ------------------------------------------------------------------------------------------------------------


def test_what_was_exported_is_imported_as_it_was(db):
    mug = shop.variant(2200, stock=5, tax="19", product_name="=Mug", name="blue", sku="MUG")
    shop.variant(500, product=mug.product, name='red, "special"', sku="MUG-R")
    shop.variant(1234, product_name="Tea", currency="KWD", sku="TEA")
    before = list(Variant.objects.order_by("pk").values(*catalogue.OF_VARIANT, "sku", "product__name"))
    text = "".join(sheets.lines(catalogue.table()))
    rows = catalogue.read(text)
    assert not any(row.problems or row.is_new for row in rows)
    catalogue.keep(rows)
    assert list(Variant.objects.order_by("pk").values(*catalogue.OF_VARIANT, "sku", "product__name")) == before
    assert "".join(sheets.lines(catalogue.table())) == text


def test_new_lines_become_products_with_variants(db):
    catalogue.keep(
        catalogue.read(
            HEAD
            + "MUG-S,Mug,small,product,,22.00,EUR,19,5,yes\r\n"
            + "MUG-L,Mug,large,product,,26.00,EUR,19,,no\r\n"
            + "TEA,Tea,,product,Green,1234,JPY,8,,yes\r\n"
        )
    )
    assert Product.objects.count() == 2
    found = Variant.objects.order_by("pk").values_list("sku", "product__name", "price", "stock", "active")
    assert list(found) == [
        ("MUG-S", "Mug", 2200, 5, True),
        ("MUG-L", "Mug", 2600, None, False),
        ("TEA", "Tea", 1234, None, True),
    ]


def test_what_has_no_column_stays_as_it_is(db):
    mug = shop.variant(2200, stock=5, tax=19, product_name="Mug", sku="MUG")
    catalogue.keep(catalogue.read("sku,name,price\r\nMUG,Pebble mug,23.50\r\n"))
    mug.refresh_from_db()
    assert (mug.price, mug.stock, mug.product.name, mug.product.tax_rate) == (2350, 5, "Pebble mug", 19)


def test_every_line_says_what_is_wrong_with_it_and_nothing_is_kept(db):
    shop.variant(product_name="Mug", sku="MUG")
    text = (
        HEAD
        + "MUG,Mug,,product,,22.001,EUR,19,5,yes\r\n"
        + ",Bowl,,product,,28.00,EUR,19,,yes\r\n"
        + "VASE,Vase,,thing,,x,EUR,190,-1,maybe\r\n"
        + "TEA,Tea,,product,,6.00,EUR,7,,yes\r\n"
        + "TEA,Tea,,product,,6.00,EUR,7,,yes\r\n"
        + "TEA-2,Tea,large,product,,9.00,EUR,19,,yes\r\n"
    )
    found = problems(text)
    assert sorted(found) == [2, 3, 4, 6, 7]
    assert "at most 2 decimals" in found[2][0]
    assert {each.partition(":")[0] for each in found[4]} == {"kind", "price", "tax_rate", "stock", "active"}
    assert found[6] == ["The same as line 5."]
    assert found[7] == ["Says something else of the product than line 5."]
    with pytest.raises(Exception, match="errors"):
        catalogue.keep(catalogue.read(text))
    assert Product.objects.count() == 1


@pytest.mark.parametrize("text", ["", "name,price\r\n", "a\0b", 'sku,name,price\r\n"' + "x" * 200_000, "\r\n" * 5])
def test_what_is_no_such_file_is_refused(db, text):
    with pytest.raises(Exception, match=r"column|CSV"):
        catalogue.read(text)


def test_the_currency_of_a_product_stays(db):
    shop.variant(product_name="Mug", sku="MUG")
    found = problems("sku,name,price,currency\r\nMUG,Mug,22,JPY\r\n")
    assert "stays what it is" in found[2][0]


# --- The admin ------------------------------------------------------------------------------------------------------


def form(product_name: str = "Mug", **fields) -> dict:
    return {
        "kind": "product",
        "name": product_name,
        "description": "",
        "currency": "EUR",
        "tax_rate": "19",
        "active": "on",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "0",
        "variants-0-sku": "MUG",
        "variants-0-written": "22.50",
        "variants-0-stock": "5",
        "variants-0-active": "on",
        "variants-0-position": "0",
    } | fields


@pytest.mark.once
def test_a_supervisor_adds_a_product_with_price_and_picture(client, supervisor):
    saved = client.post("/admin/orders/product/add/", form(new_picture=picture()))
    assert saved.status_code == 302, saved.context["errors"]
    mug = Variant.objects.get()
    assert (mug.price, mug.stock, mug.product.name) == (2250, 5, "Mug")
    with Image.open(mug.product.picture) as large, Image.open(mug.product.thumbnail) as small:
        assert (large.size, small.size, large.format, small.format) == ((1200, 675), (192, 192), "WEBP", "WEBP")
    page = client.get("/admin/orders/product/", {"q": "mug"}).content.decode()
    address = f"/products/{mug.product.pk}/picture/{mug.product.picture_version}/"
    assert address in page
    assert "€22.50" in page
    # Customers see it in their order; whoever only counts up the ids gets nothing.
    client.logout()
    assert client.get(address)["Content-Type"] == "image/webp"
    assert client.get(f"/products/{mug.product.pk}/picture/x/").status_code == 404


@pytest.mark.once
@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"variants-0-written": "22.501"}, "decimals"),
        ({"currency": "XXY"}, "no such currency"),
        ({"new_picture": SimpleUploadedFile("x.png", b"no picture")}, "picture"),
        ({"variants-0-sku": ""}, "required"),
    ],
)
def test_what_no_product_can_have_is_said_in_the_form(client, supervisor, fields, word):
    refused = client.post("/admin/orders/product/add/", form(**fields))
    assert refused.status_code == 200
    assert word in refused.content.decode()
    assert not Product.objects.exists()


@pytest.mark.once
def test_a_picture_is_taken_away_in_the_form(client, supervisor):
    client.post("/admin/orders/product/add/", form(new_picture=picture()))
    mug = Variant.objects.get()
    there = {"variants-INITIAL_FORMS": "1", "variants-0-id": str(mug.pk), "variants-0-product": str(mug.product.pk)}
    saved = client.post(f"/admin/orders/product/{mug.product.pk}/change/", form(**there, no_picture="on"))
    assert saved.status_code == 302, saved.context["errors"]
    assert not Product.objects.get().picture


@pytest.mark.once
def test_what_orders_took_meanwhile_is_not_put_back_by_a_form(client, supervisor):
    mug = shop.variant(2200, stock=5, product_name="Mug", sku="MUG")
    page = f"/admin/orders/product/{mug.product.pk}/change/"
    assert "initial-variants-0-stock" in client.get(page).content.decode()
    Variant.objects.update(stock=2)
    there = {"variants-INITIAL_FORMS": "1", "variants-0-id": str(mug.pk), "variants-0-product": str(mug.product.pk)}
    saved = client.post(page, form(**there, **{"initial-variants-0-stock": "5", "variants-0-written": "30"}))
    assert saved.status_code == 302, saved.context["errors"]
    mug.refresh_from_db()
    assert (mug.price, mug.stock) == (3000, 2)


@pytest.mark.once
def test_a_file_is_looked_at_before_it_is_kept(client, supervisor):
    text = HEAD + "MUG,Mug,,product,,22.00,EUR,19,5,yes\r\n"
    upload = SimpleUploadedFile("products.csv", text.encode(), "text/csv")
    looked = client.post("/admin/orders/product/import/", {"file": upload})
    assert "What it would do" in looked.content.decode()
    assert not Product.objects.exists()
    assert client.post("/admin/orders/product/import/", {"text": text, "keep": "1"}).status_code == 302
    assert Variant.objects.get().price == 2200
    exported = b"".join(client.get("/admin/orders/product/export.csv").streaming_content).decode()
    assert "MUG,Mug" in exported
    assert AuditEntry.objects.filter(deed="exported", kind="orders.product", data={"form": "csv"}).count() == 1


@pytest.mark.once
def test_a_file_with_errors_cannot_be_kept(client, supervisor):
    text = HEAD + "MUG,Mug,,product,,x,EUR,19,5,yes\r\n"
    page = client.post("/admin/orders/product/import/", {"text": text, "keep": "1"})
    assert "1 line is wrong" in page.content.decode()
    assert not Product.objects.exists()
    binary = SimpleUploadedFile("products.csv", b"\xff\xfe\x00", "text/csv")
    assert "no text in UTF-8" in client.post("/admin/orders/product/import/", {"file": binary}).content.decode()


@pytest.mark.once
def test_orders_in_the_admin_are_moved_by_verbs_only(client, supervisor, conversation, ana):
    order = shop.placed(conversation, shop.variant(2200), by=ana)
    page = f"/admin/orders/order/{order.pk}/change/"
    shown = client.get(page).content.decode()
    assert "Mark as paid" in shown
    assert 'name="state"' not in shown
    client.post(f"/admin/orders/order/{order.pk}/press/pay/", {"method": "cash"})
    client.post(f"/admin/orders/order/{order.pk}/press/refund/", {"amount": "1", "reason": "A crack"})
    order.refresh_from_db()
    assert (order.state, order.refunded) == ("paid", 100)
    assert client.post(f"/admin/orders/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403
    assert order.number in client.get("/admin/orders/order/", {"q": order.number}).content.decode()


@pytest.mark.once
def test_whoever_does_not_oversee_sees_only_their_teams_orders(client, conversation, ana, support):
    order = shop.placed(conversation, shop.variant(2200), by=ana)
    client.force_login(make.staff("olga", "orders.view_order", teams=[support]))
    assert order.number not in client.get("/admin/orders/order/").content.decode()
    assert client.get(f"/admin/orders/order/{order.pk}/change/").status_code == 302
