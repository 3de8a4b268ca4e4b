"""What a website shows of the webchat: the loader script, and the page inside the frame."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from channels_app.models import Channel
from conversations.webchat_serializers import somebody_ready

# What the page's script says.
WORDS = {
    "online": _l("Online now"),
    "offline": _l("We answer as soon as we can"),
    "you": _l("You"),
    "today": _l("Today"),
    "yesterday": _l("Yesterday"),
    "sending": _l("Sending…"),
    "waiting": _l("Waiting for a connection. It will be sent by itself."),
    "sent": _l("Sent"),
    "seen": _l("Seen"),
    "failed": _l("Not sent"),
    "too_long": _l("That is too long: at most {limit} characters."),
    "too_large": _l("That file is too large: at most {limit} MB."),
    "picture": _l("Picture"),
}


@require_safe
@cache_control(public=True, max_age=300)
def widget(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The loader: one script tag on somebody's website, under that website's own CSP."""
    channel = get_object_or_404(Channel.objects.webchats(), uuid=uuid)
    context = {
        "page": request.build_absolute_uri(reverse("webchat", args=[channel.uuid])),
        "label": channel.name,
        "open": _("Open chat"),
        "close": _("Close chat"),
        "unread": _("Open chat, unread messages: {count}"),
    }
    response = render(request, "webchat/widget.js", context, content_type="text/javascript; charset=utf-8")
    # A page that isolates itself (COEP) takes nothing from elsewhere that does not say this.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@xframe_options_exempt
def page(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """The page inside the frame. Which websites may frame it is the channel's own list."""
    channel = get_object_or_404(Channel.objects.webchats().select_related("team"), uuid=uuid)
    framed_by = [SELF, *channel.webchat.origins] if channel.webchat.origins else ["*"]
    return csp_replace({"frame-ancestors": framed_by})(lambda request: shown(request, channel))(request)


def shown(request: HttpRequest, channel: Channel) -> HttpResponse:
    title = channel.team.name if channel.team else channel.name
    words = {**WORDS, "team": title}
    context = {
        "title": title,
        "online": somebody_ready(channel.team),
        "greeting": channel.config.get("greeting") or _("Hello! How can we help?"),
        "words": words,
        "facts": {**facts(channel), "words": {name: str(word) for name, word in words.items()}},
    }
    return render(request, "webchat/page.html", context)


def facts(channel: Channel) -> dict[str, Any]:
    """What the page's script must know."""
    return {
        "base": reverse("webchat", args=[channel.uuid]),
        "socket": f"/ws/webchat/{channel.uuid}/",
        "textLimit": channel.adapter.can.text,
        "fileLimit": settings.MEDIA_MAX_BYTES,
    }
