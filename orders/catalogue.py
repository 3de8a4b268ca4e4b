"""The catalogue as CSV: a line for each variant; looked at line by line before anything of it is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files import File
from django.db import IntegrityError, transaction
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from monty import sheets
from monty.errors import BadInput
from orders import money
from orders.models import Kind, Product, Variant
from teams import audit
from teams.models import Deed

COLUMNS = ("sku", "name", "variant", "kind", "description", "price", "currency", "tax_rate", "stock", "active")
NEEDED = {"sku", "name", "price"}
# These are the product's: all its lines say the same.
OF_PRODUCT = ("name", "kind", "description", "currency", "tax_rate")
OF_VARIANT = ("name", "price", "stock", "active")
MOST_BYTES, MOST_LINES = 1024 * 1024, 2000


class LineForm(forms.Form):
    """One line. What its file has no column for stays as it is."""

    sku = forms.CharField(max_length=40)
    name = forms.CharField(max_length=120)
    variant = forms.CharField(max_length=80, required=False)
    kind = forms.ChoiceField(choices=Kind.choices)
    description = forms.CharField(max_length=2000, required=False)
    price = forms.DecimalField(min_value=0, max_digits=18)
    currency = forms.ChoiceField(choices=lambda: [(code, code) for code in money.currencies()])
    tax_rate = forms.DecimalField(min_value=0, max_value=100, max_digits=6, decimal_places=3)
    stock = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    active = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")


@dataclass(slots=True)
class Row:
    """A line of the file: what it says, what is wrong with it, and the variant it is about (new: without an id)."""

    number: int
    says: dict[str, Any]
    variant: Variant | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.variant is None or self.variant.pk is None


def text_of(upload: File) -> str:
    """Raises BadInput if it is too large, or no text."""
    if upload.size > MOST_BYTES:
        raise BadInput(_("The file is larger than %(limit)s KB.") % {"limit": MOST_BYTES // 1024}, field="file")
    return sheets.text_of(upload.read())


def take() -> StreamingHttpResponse:
    """All of it as a file; the audit log tells who took it."""
    audit.note(Deed.EXPORTED, Product, form="csv")
    return sheets.download("products", sheets.lines(table()))


def table() -> Iterator[list[Any]]:
    """The catalogue as it is."""
    yield [*COLUMNS]
    yield from map(
        told, Variant.objects.select_related("product").order_by("product__name", "product", "position", "pk")
    )


def told(row: Variant) -> list[Any]:
    product = row.product
    price, stock = money.as_decimal(row.price, product.currency), "" if row.stock is None else row.stock
    said = [row.sku, product.name, row.name, product.kind, product.description, price, product.currency]
    return [*said, product.tax_rate, stock, "yes" if row.active and product.active else "no"]


def read(text: str) -> list[Row]:
    """The lines of a file, each with what is wrong with it. Raises BadInput if it is no such file."""
    rows = sheets.table(text)
    if not rows or NEEDED - {*rows[0]}:
        raise BadInput(_("The first line names the columns; sku, name and price are needed."), field="file")
    if len(rows) - 1 > MOST_LINES:
        raise BadInput(_("At most %(most)s lines at once.") % {"most": MOST_LINES}, field="file")
    found = [
        Row(number, dict(zip(rows[0], (sheets.plain(cell) for cell in cells), strict=False)))
        for number, cells in enumerate(rows[1:], start=2)
        if any(cells)
    ]
    Reading(found).look()
    return found


class Reading:
    """A file against the catalogue: which product each line means, and what contradicts what."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        skus = [row.says.get("sku", "") for row in rows]
        there = list(Variant.objects.select_related("product").filter(sku__in=skus))
        named = Product.objects.filter(name__in=[row.says.get("name", "") for row in rows])
        # Of each product one copy, so that all its lines write into the same.
        pool = {product.pk: product for product in [*named, *(variant.product for variant in there)]}
        for variant in there:
            variant.product = pool[variant.product_id]
        self.variants = {variant.sku: variant for variant in there}
        self.products = {product.name: product for product in pool.values()}
        # Which line was the first to name a SKU or a product's variant, and what it said of the product.
        self.first: dict[Any, int] = {}
        self.said: dict[int, tuple[int, list[Any]]] = {}

    def look(self) -> None:
        for row in self.rows:
            row.variant = self.variants.get(row.says.get("sku", "")) or Variant(product=self.product(row))
            form = LineForm(usual(row.variant) | row.says)
            row.problems = [f"{name}: {sentence}" for name, each in form.errors.items() for sentence in each]
            if row.problems:
                continue
            try:
                fill(row.variant, form.cleaned_data)
            except BadInput as refused:
                row.problems.append(str(refused.detail))
            self.compare(row, row.variant, [form.cleaned_data[name] for name in OF_PRODUCT])

    def product(self, row: Row) -> Product:
        name = row.says.get("name", "")
        return self.products.setdefault(name, Product(name=name))

    def compare(self, row: Row, variant: Variant, of_product: list[Any]) -> None:
        product = id(variant.product)
        for what in (variant.sku, (product, variant.name)):
            line = self.first.setdefault(what, row.number)
            if line != row.number:
                row.problems.append(_("The same as line %(line)s.") % {"line": line})
                return
        line, said = self.said.setdefault(product, (row.number, of_product))
        if said != of_product:
            row.problems.append(_("Says something else of the product than line %(line)s.") % {"line": line})


def usual(variant: Variant) -> dict[str, Any]:
    """What a line means by a column that its file does not have."""
    product = variant.product
    of_product = {name: getattr(product, name) for name in OF_PRODUCT}
    stock = "" if variant.stock is None else variant.stock
    return of_product | {"variant": variant.name, "stock": stock, "active": "yes" if variant.active else "no"}


def fill(variant: Variant, said: dict[str, Any]) -> None:
    """Raises BadInput."""
    product = variant.product
    if product.pk and said["currency"] != product.currency:
        # Its other variants, and what was ordered, are in it.
        raise BadInput(_("The currency of a product stays what it is."), field="currency")
    for name in OF_PRODUCT:
        setattr(product, name, said[name])
    product.active = product.active or said["active"]
    variant.sku, variant.name = said["sku"], said["variant"]
    variant.price = money.in_units(said["price"], said["currency"], field="price")
    variant.stock, variant.active = said["stock"], said["active"]


def keep(rows: Sequence[Row]) -> None:
    """Write all of it down, or nothing. Raises BadInput if a line has problems, or the catalogue has moved on."""
    variants = [row.variant for row in rows if row.variant is not None and not row.problems]
    if len(variants) < len(rows):
        raise BadInput(_("There are lines with errors."), field="file")
    products = list({id(variant.product): variant.product for variant in variants}.values())
    try:
        with transaction.atomic():
            Product.objects.bulk_update([each for each in products if each.pk], [*OF_PRODUCT, "active"], batch_size=200)
            Product.objects.bulk_create(each for each in products if not each.pk)
            for variant in variants:
                # Now that it has an id.
                variant.product = variant.product
            Variant.objects.bulk_update([each for each in variants if each.pk], OF_VARIANT, batch_size=200)
            Variant.objects.bulk_create(each for each in variants if not each.pk)
            audit.note(Deed.CHANGED, Product, form="csv", lines=len(rows))
    except IntegrityError as error:
        raise BadInput(
            _("The catalogue has changed meanwhile, or has a variant of such a name."), field="file"
        ) from error
