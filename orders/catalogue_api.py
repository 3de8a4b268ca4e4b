"""REST: the catalogue. Whoever may change it in the admin may do so here."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import PutPicture
from monty.errors import InUse
from monty.parsers import BoundedMultiPartParser
from monty.rest import CursorPages, IdFilter
from orders import catalogue, pictures
from orders.filters import ProductFilter
from orders.models import Product, Variant
from orders.serializers import (
    AddProduct,
    BringCatalogue,
    ProductSerializer,
    ReadCatalogue,
    VariantSerializer,
    priced_in,
)
from teams.arranging import Changing, Configured, may_look_at
from teams.models import Scope


class ProductViewSet(Configured, Changing, CreateModelMixin, DestroyModelMixin, ReadOnlyModelViewSet):
    """The catalogue."""

    queryset = Product.objects.order_by("pk")
    serializer_class = ProductSerializer
    pagination_class = CursorPages
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = ProductFilter

    def get_queryset(self) -> Any:
        return Product.objects.complete().order_by("pk")

    def context(self, *, product: Product) -> dict[str, Any]:
        """Variants are priced in their product's currency."""
        return {**self.get_serializer_context(), "product": product}

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=False, parser_classes=[BoundedMultiPartParser], pagination_class=None, filter_backends=())
    def csv(self, request: Request) -> StreamingHttpResponse:
        """The catalogue as CSV, a line for each variant. That somebody took it is in the audit log."""
        self.demand_scope(Scope.ADMIN)
        if not may_look_at(self.page, request):
            raise PermissionDenied
        return catalogue.take()

    @extend_schema(request={"multipart/form-data": BringCatalogue}, responses=ReadCatalogue)
    @csv.mapping.post
    def bring_csv(self, request: Request) -> Response:
        """Such a file, looked at line by line or, with `keep`, taken in: all of it or nothing."""
        if not self.page.has_change_permission(request):
            raise PermissionDenied
        asked = self.body(BringCatalogue)
        rows = catalogue.read(catalogue.text_of(asked["file"]))
        new = sum(row.is_new for row in rows)
        if asked["keep"]:
            catalogue.keep(rows)
        wrong = [row for row in rows if row.problems]
        told = {"kept": asked["keep"], "lines": len(rows), "new": new, "wrong": wrong}
        return Response(ReadCatalogue(told).data)

    @extend_schema(request=AddProduct, responses={201: ProductSerializer})
    def create(self, request: Request) -> Response:
        """A product with its variants."""
        asked = request.data.get("currency") if isinstance(request.data, dict) else None
        body = AddProduct(data=request.data, context=self.context(product=priced_in(asked)))
        body.is_valid(raise_exception=True)
        self.keep(body)
        return Response(self.shown(body.data["id"]), status=201)

    @extend_schema(request={"multipart/form-data": PutPicture}, responses=ProductSerializer)
    @action(
        detail=True,
        methods=["put"],
        parser_classes=[BoundedMultiPartParser],
        pagination_class=None,
        filter_backends=(),
    )
    def picture(self, request: Request, pk: str) -> Response:
        """A picture in the place of the one that is there."""
        product, upload = self.get_object(), self.body(PutPicture)["file"]
        with transaction.atomic():
            pictures.keep(product, upload)
        return Response(self.shown(product.pk))

    @extend_schema(responses={204: None})
    @picture.mapping.delete
    def remove_picture(self, request: Request, pk: str) -> Response:
        """It has no picture any more."""
        with transaction.atomic():
            pictures.remove(self.get_object())
        return Response(status=204)

    @extend_schema(request=VariantSerializer, responses={201: VariantSerializer})
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=())
    def variants(self, request: Request, pk: str) -> Response:
        """One more variant of a product."""
        product = self.get_object()
        body = VariantSerializer(data=request.data, context=self.context(product=product))
        body.is_valid(raise_exception=True)
        self.keep(body, product=product)
        return Response(body.data, status=201)


class VariantFilter(filters.FilterSet):
    product = IdFilter()
    sku = filters.CharFilter(max_length=40)


class VariantViewSet(Configured, Changing, DestroyModelMixin, ReadOnlyModelViewSet):
    """What has a price and is sold. It is arranged on its product's page."""

    queryset = Variant.objects.select_related("product").order_by("pk")
    serializer_class = VariantSerializer
    pagination_class = CursorPages
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = VariantFilter

    @property
    def page(self) -> Any:
        return admin.site.get_model_admin(Product)

    def within_reach(self, rows: Any) -> Any:
        return rows.filter(product__in=self.page.get_queryset(self.request).values("pk"))

    def perform_destroy(self, instance: Variant) -> None:
        if not instance.product.variants.exclude(pk=instance.pk).exists():
            raise InUse(_("It is the only variant of its product: take that off sale, or delete it."))
        super().perform_destroy(instance)
