"""What a website shows of the webchat: the loader script, and the page inside the frame."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from channels_app.models import Channel
from conversations.webchat_serializers import somebody_ready


@require_safe
@cache_control(public=True, max_age=300)
def widget(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The loader: one script tag on somebody's website, under that website's own CSP."""
    channel = get_object_or_404(Channel.objects.webchats(), uuid=uuid)
    response = render(
        request,
        "webchat/widget.js",
        {"page": request.build_absolute_uri(reverse("webchat", args=[channel.uuid])), "label": channel.name},
        content_type="text/javascript; charset=utf-8",
    )
    # A page that isolates itself (COEP) takes nothing from elsewhere that does not say this.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@xframe_options_exempt
def page(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The page inside the frame. Which websites may frame it is the channel's own list."""
    channel = get_object_or_404(Channel.objects.webchats().select_related("team"), uuid=uuid)
    framed_by = [SELF, *channel.webchat.origins] if channel.webchat.origins else ["*"]
    shown = csp_replace({"frame-ancestors": framed_by})(render)
    context = {
        "channel": channel,
        "title": channel.team or channel.name,
        "online": somebody_ready(channel.team),
        "greeting": channel.config.get("greeting") or _("Hello! How can we help?"),
        "facts": facts(channel),
    }
    return shown(request, "webchat/page.html", context)


def facts(channel: Channel) -> dict[str, Any]:
    """What the page's script must know, and the words it shows."""
    return {
        "base": reverse("webchat", args=[channel.uuid]),
        "socket": f"/ws/webchat/{channel.uuid}/",
        "textLimit": channel.adapter.text_limit,
        "fileLimit": settings.MEDIA_MAX_BYTES,
        "words": words(),
    }


def words() -> dict[str, str]:
    return {
        "online": _("Online now"),
        "offline": _("We answer as soon as we can"),
        "you": _("You"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "sending": _("Sending…"),
        "waiting": _("Waiting for a connection. It will be sent by itself."),
        "sent": _("Sent"),
        "seen": _("Seen"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Delete"),
        "reconnecting": _("Reconnecting…"),
        "ended": _("This conversation has ended. Write to us any time, and it goes on."),
        "too_long": _("That is too long: at most {limit} characters."),
        "too_large": _("That file is too large: at most {limit} MB."),
        "broken": _("Something went wrong. Please try again."),
        "picture": _("Picture"),
        "new": _("New messages"),
    }
