"""Files behind links: those that the business sends as an address, and those that Monty fetches here."""

from mimetypes import guess_type
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from channels_app import http
from channels_app.simulator import files
from channels_app.simulator.models import LINK_LASTS, LINK_SALT, Media, Message, Person
from channels_app.verdicts import Refused

# A browser may show these in place; the rest could be a page with scripts of its own.
INLINE = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")


def is_ours(link: str) -> bool:
    """Only Monty's own addresses: everybody knows the demo's tokens, nobody may send us elsewhere with them."""
    return link.startswith(f"{settings.PUBLIC_URL}/")


def fetch(message: Message) -> None:
    """Get the file that a message links to. What cannot be had leaves the message failed."""
    if message.media_id or not message.link:
        return
    try:
        answer = http.call("GET", message.link)
    except Refused:
        answer = None
    if answer is None or answer.status_code != 200 or len(answer.content) > settings.MEDIA_MAX_BYTES:
        Message.objects.filter(pk=message.pk).update(status="failed", link="")
        return
    name = urlsplit(message.link).path.rsplit("/", 1)[-1]
    content_type = answer.headers.get("content-type", "").partition(";")[0] or guess_type(name)[0]
    media = files.keep(message.account, name, content_type or "application/octet-stream", answer.content)
    Message.objects.filter(pk=message.pk, media=None).update(media=media, link="")


@require_safe
def by_link(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """A file by a signed address, for five minutes. WhatsApp wants the token of the account, too."""
    try:
        number = signing.loads(token, salt=LINK_SALT, max_age=LINK_LASTS)
    except signing.BadSignature as error:
        raise Http404 from error
    media = Media.objects.select_related("account__channel").filter(pk=number).first()
    if media is None or media.account.links_dead:
        raise Http404
    if not media.account.provider.opens(request.headers.get("Authorization", "")):
        return HttpResponse(status=401)
    return shown(media)


@require_safe
def face(request: HttpRequest, kind: str, person: str) -> HttpResponse:
    """A profile picture, as anybody may have it."""
    known = Person.objects.filter(account__channel__kind=kind, external_id=person.removesuffix("_normal")).first()
    if known is None:
        raise Http404
    return HttpResponse(files.face(known.name), content_type="image/png")


def shown(media: Media) -> HttpResponse:
    inline = media.content_type.startswith(INLINE)
    response = HttpResponse(media.read(), content_type=media.content_type)
    response["Content-Disposition"] = "inline" if inline else "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
