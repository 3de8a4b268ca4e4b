"""Pictures of products: looked at and written anew like every file that comes in, in two sizes."""

import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import Image

from channels_app.border import File
from conversations import files, media
from monty.afterwards import afterwards
from monty.errors import MediaRefused
from monty.isolation import for_other_websites
from orders.models import Product

# Pixels of the longer side, as a customer looks at it.
LARGE = 1200


def cut(upload: Any) -> tuple[bytes, bytes]:
    """The picture for looking at, and the small square one for lists; both WebP. Raises MediaRefused, MediaTooLarge."""
    whole = media.checked(upload)
    if whole.content_type not in media.IMAGES:
        raise MediaRefused(media.not_a_picture(whole.name))
    small = media.portrait(whole.content)
    with Image.open(io.BytesIO(whole.content)) as image:
        large = media.opaque(image)
        large.thumbnail((LARGE, LARGE))
        return media.webp(large), small


def keep(product: Product, upload: Any) -> None:
    """Put a new picture in the place of the old; the row (saved) gets its name."""
    large, small = cut(upload)
    put(product, large, small)


def remove(product: Product) -> None:
    """None any more; the files go with the commit."""
    let_go(product)
    product.picture, product.thumbnail = "", ""
    product.save(update_fields=["picture", "thumbnail"])


def let_go(product: Product) -> None:
    for old in filter(None, (product.picture, product.thumbnail)):
        afterwards(old.storage.delete, str(old.name))


def put(product: Product, large: bytes, small: bytes) -> None:
    let_go(product)
    product.picture.save(uuid.uuid4().hex, ContentFile(large), save=False)
    product.thumbnail.save(uuid.uuid4().hex, ContentFile(small), save=False)
    product.save(update_fields=["picture", "thumbnail"])


def as_file(product: Product) -> File:
    """The picture of a product that has one, to be sent to a customer."""
    with product.picture.open() as picture:
        return File(f"{product.name}.webp", picture.read(), "image/webp")


@require_safe
@for_other_websites
def picture(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """The small picture, for whoever has its address: customers see it in their order, without a log-in.

    `version`: a name that nobody guesses, another for each picture, so that it may be kept.
    """
    product = get_object_or_404(Product.objects.exclude(thumbnail=""), pk=pk)
    if version != product.picture_version:
        raise Http404
    return files.small(product.thumbnail)
