"""The catalogue in the admin: products with their variants and pictures, and as CSV."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.words import parsed
from monty.admin import HouseAdmin, RowsInline
from monty.errors import BadInput
from orders import catalogue, money
from orders.admin.forms import ImportForm, ProductForm, VariantForm, Variants
from orders.models import Product, Variant
from teams.admin.reach import Everybodys


class VariantInline(RowsInline):
    model = Variant
    form = VariantForm
    formset = Variants
    extra = 0
    min_num = 1
    validate_min = True


@admin.register(Product)
class ProductAdmin(Everybodys, HouseAdmin):
    form = ProductForm
    change_list_template = "admin/orders/product/change_list.html"
    list_display = ["small_picture", "name", "kind", "prices", "stock", "active"]
    list_display_links = ["name"]
    list_filter = ["kind", "active"]
    search_fields = ["name"]
    search_help_text = _("A product's or a variant's name, or a SKU.")
    ordering = ["name", "pk"]
    fields = ["kind", "name", "description", ("currency", "tax_rate"), ("new_picture", "no_picture"), "active"]
    inlines = [VariantInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).complete()  # type: ignore[attr-defined]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        words = parsed(search_term)
        return (queryset.having(words) if words else queryset), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What was priced and sold in one currency stays in it."""
        return ["currency"] if obj else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.keep_picture()

    # --- Columns ----------------------------------------------------------------------------------------------------

    @admin.display(description=_("picture"))
    def small_picture(self, row: Product) -> str:
        picture = '<img class="product-picture" src="{}" alt="" width="40" height="40">'
        return format_html(picture, row.thumbnail_url) if row.thumbnail else ""

    @admin.display(description=_("price"))
    def prices(self, row: Product) -> str:
        prices = sorted({variant.price for variant in row.variants.all()})
        shown = [money.written(price, row.currency) for price in (prices[:1] + prices[1:][-1:])]
        return " – ".join(shown)

    @admin.display(description=_("stock"))
    def stock(self, row: Product) -> str:
        counted = [variant.stock for variant in row.variants.all() if variant.stock is not None]
        return str(sum(counted)) if counted else "–"

    # --- CSV --------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        return [
            path("export.csv", site(self.export_view), name="orders_product_export"),
            path("import/", site(self.import_view), name="orders_product_import"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return catalogue.take()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """First what the file would do, line by line; kept by a second press, all of it or nothing."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form, rows = ImportForm(request.POST or None, request.FILES or None), []
        if form.is_valid():
            try:
                rows = catalogue.read(form.cleaned_data["text"])
                if "keep" in request.POST:
                    catalogue.keep(rows)
                    self.message_user(request, _t("%(number)s lines were imported.") % {"number": len(rows)})
                    return HttpResponseRedirect(self.url_of("changelist"))
            except BadInput as refused:
                self.message_user(request, str(refused.detail), messages.ERROR)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _t("Import products"),
            "form": form,
            "rows": rows,
            "wrong": sum(bool(row.problems) for row in rows),
            "text": form.cleaned_data["text"] if form.is_valid() else "",
            "columns": ", ".join(catalogue.COLUMNS),
        }
        return TemplateResponse(request, "admin/orders/product/import.html", context)
