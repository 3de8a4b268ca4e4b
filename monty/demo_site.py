"""The demo: an invented shop's page with the webchat on it, as a customer of somebody who uses Monty sees it."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from channels_app.models import Channel


@dataclass(frozen=True, slots=True)
class Product:
    picture: str
    name: str | Promise
    about: str | Promise
    price: Decimal


PRODUCTS = [
    Product("teapot", _("Morrow teapot"), _("Holds six cups and a long talk"), Decimal(64)),
    Product("mug", _("Pebble mug"), _("Fits two cold hands"), Decimal(22)),
    Product("bowl", _("Tide bowl"), _("For soup, oats and keys"), Decimal(28)),
    Product("vase", _("Heron vase"), _("Stands well with one stem"), Decimal(46)),
    Product("planter", _("Loam planter"), _("Breathes, and has a saucer"), Decimal(34)),
    Product("candle", _("Ember lantern"), _("Throws dots on the wall"), Decimal(38)),
]


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return render(request, "demo/shop.html", {"channel": Channel.objects.of_demo_shop(), "products": PRODUCTS})
