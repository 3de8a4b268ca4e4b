"""REST: the catalogue, arranged by whoever may do so in the admin."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from orders.models import Product, Variant
from teams.models import AuditEntry
from tests import make
from tests.orders import shop
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
MUG = {"name": "Mug", "currency": "EUR", "variants": [{"name": "sage", "sku": "MUG-S", "price": "22.50", "stock": 5}]}


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


def test_a_product_is_made_with_its_variants(boss):
    made = boss.post("products", MUG).json()
    assert (made["name"], made["variants"][0]["price"], made["variants"][0]["stock"]) == ("Mug", "22.50", 5)
    assert Variant.objects.get().price == 2250


def test_a_price_has_the_decimals_of_its_currency(boss):
    line = {"sku": "BOWL", "price": "1000"}
    assert boss.post("products", MUG | {"currency": "JPY", "variants": [line]}).status_code == 201
    refused = boss.post("products", MUG | {"currency": "JPY", "variants": [line | {"sku": "B2", "price": "1.50"}]})
    assert is_problem(refused, 400, "invalid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"variants": []},
        {"currency": "XYZ"},
        {"currency": ["EUR"]},
        {"tax_rate": "101"},
        {"variants": [{"sku": "A", "price": "-1"}]},
        {"variants": [{"sku": "A", "price": "1"}, {"sku": "A", "price": "1"}]},
    ],
)
def test_a_product_that_cannot_be_is_refused_and_nothing_of_it_kept(wrong, boss):
    assert boss.post("products", MUG | wrong).status_code in (400, 409)
    assert not Product.objects.exists()


def test_a_product_is_changed_and_taken_off_sale(boss):
    made = boss.post("products", MUG).json()
    path = f"products/{made['id']}"
    assert boss.patch(path, active=False, description="Hand-made").json()["active"] is False
    assert list(boss.patch(path, currency="USD").json()["errors"]) == ["currency"]
    assert boss.delete(path).status_code == 204


def test_variants_come_and_go(boss):
    made = boss.post("products", MUG).json()
    more = boss.post(f"products/{made['id']}/variants", sku="MUG-T", name="teal", price="24")
    assert more.status_code == 201
    first = made["variants"][0]["id"]
    assert boss.patch(f"variants/{first}", price="20.00", stock=None).json()["price"] == "20.00"
    assert boss.ids("variants", product=made["id"]) == [first, more.json()["id"]]
    assert boss.delete(f"variants/{first}").status_code == 204
    assert is_problem(boss.delete(f"variants/{more.json()['id']}"), 409, "in_use")


def test_what_was_ordered_meanwhile_is_not_put_back_by_a_new_price(boss, monkeypatch):
    row = shop.variant(2250, stock=5, sku="MUG-S")
    stale = Variant.objects.select_related("product").get(pk=row.pk)
    Variant.objects.filter(pk=row.pk).update(stock=3)
    from orders.catalogue_api import VariantViewSet

    monkeypatch.setattr(VariantViewSet, "get_object", lambda _view: stale)
    assert boss.patch(f"variants/{row.pk}", price="20.00").json()["stock"] == 3


def test_an_agent_looks_and_arranges_nothing(ana):
    row = shop.variant(2250, sku="MUG-S")
    program = Program(ana)
    assert program.get(f"variants/{row.pk}").status_code == 200
    assert is_problem(program.patch(f"variants/{row.pk}", price="1"), 403, "permission_denied")
    assert is_problem(program.post("products", MUG), 403, "permission_denied")


# --- CSV --------------------------------------------------------------------------------------------------------------

LINES = "sku,name,price,currency\nMUG-S,Mug,25.00,EUR\nBOWL,Bowl,19.90,EUR\n"


def bring(program: Program, text: str, **fields):
    return program.upload("products/csv", file=SimpleUploadedFile("products.csv", text.encode(), "text/csv"), **fields)


def test_a_file_is_looked_at_and_only_then_taken_in(boss, mug):
    told = {"kept": False, "lines": 2, "new": 1, "wrong": []}
    assert bring(boss, LINES.replace("MUG-S", mug.variants.get().sku)).json() == told
    assert Product.objects.get() == mug
    kept = bring(boss, LINES.replace("MUG-S", mug.variants.get().sku), keep=True)
    assert kept.json() == told | {"kept": True}
    assert sorted(Variant.objects.values_list("price", flat=True)) == [1990, 2500]
    assert AuditEntry.objects.get(kind="orders.product", deed="changed").data == {"form": "csv", "lines": 2}


def test_of_a_file_with_a_wrong_line_nothing_is_kept(boss):
    text = LINES + "CUP,Cup,cheap,EUR\n"
    (wrong,) = bring(boss, text).json()["wrong"]
    assert wrong["line"] == 4 and "price" in wrong["problems"][0]
    assert is_problem(bring(boss, text, keep=True), 400, "invalid")
    assert not Product.objects.exists()


@pytest.mark.parametrize("text", ["", "name,price\nMug,1\n", "\0", "sku,name,price\n" + "A,B,1\n" * 2001])
def test_what_is_no_catalogue_is_refused(text, boss):
    assert bring(boss, text).status_code == 400


def test_the_catalogue_taken_along_is_what_the_same_address_takes(boss, mug):
    taken = b"".join(boss.get("products/csv").streaming_content).decode("utf-8-sig")
    assert AuditEntry.objects.get(deed="exported").data == {"form": "csv"}
    assert bring(boss, taken).json() == {"kept": False, "lines": 1, "new": 0, "wrong": []}


def test_an_agent_neither_takes_the_catalogue_along_nor_brings_one(ana, mug):
    assert is_problem(Program(ana).get("products/csv"), 403, "permission_denied")
    assert is_problem(bring(Program(ana), LINES, keep=True), 403, "permission_denied")
    assert Product.objects.get() == mug


def test_a_token_that_only_reads_takes_no_catalogue_along(mug):
    reads = Program(make.somebody("Supervisor"), scope="read")
    assert reads.get("products/csv").status_code == 403


# --- Pictures ---------------------------------------------------------------------------------------------------------


def upload(program: Program, product: Product, name: str = "mug.png", content: bytes = b""):
    made = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(made, "PNG")
    file = SimpleUploadedFile(name, content or made.getvalue(), "image/png")
    return program.put_file(f"products/{product.pk}/picture", file)


@pytest.fixture
def mug(db) -> Product:
    return shop.variant(2200, product_name="Mug").product


def test_a_picture_is_put_in_the_place_of_another_and_taken_away(boss, mug):
    first = upload(boss, mug).json()["picture"]
    second = upload(boss, mug).json()["picture"]
    assert first != second
    assert boss.client.get(second)["Content-Type"] == "image/webp"
    assert boss.client.get(first).status_code == 404
    assert boss.delete(f"products/{mug.pk}/picture").status_code == 204
    assert boss.get(f"products/{mug.pk}").json()["picture"] is None


def test_the_files_of_what_went_go_too(boss, mug, django_capture_on_commit_callbacks):
    upload(boss, mug)
    mug.refresh_from_db()
    stored = mug.picture.storage
    with django_capture_on_commit_callbacks(execute=True):
        boss.delete(f"products/{mug.pk}/picture")
    assert not stored.exists(mug.picture.name) and not stored.exists(mug.thumbnail.name)


def test_what_is_no_picture_is_refused(boss, mug):
    assert is_problem(upload(boss, mug, "mug.png", b"no picture"), 415, "media_refused")
    assert boss.put(f"products/{mug.pk}/picture").status_code == 415
    mug.refresh_from_db()
    assert not mug.picture


def test_an_agent_changes_no_picture(ana, boss, mug):
    upload(boss, mug)
    program = Program(ana)
    assert is_problem(upload(program, mug), 403, "permission_denied")
    assert is_problem(program.delete(f"products/{mug.pk}/picture"), 403, "permission_denied")
    mug.refresh_from_db()
    assert mug.picture
