"""What a website shows of the webchat: the loader script, and the page inside the frame."""

import json
import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from channels_app import webchat_form
from channels_app.adapters.base import MB
from channels_app.models import Channel
from conversations.webchat.hours import There, there
from conversations.webchat.words import ANSWERS_WITHIN, LAUNCHER, PAGE
from monty.isolation import for_other_websites

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@require_safe
@for_other_websites
@cache_control(public=True, max_age=300)
def widget(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The loader: one script tag on somebody's website, under that website's own CSP.

    The same for everybody, so that it may be kept anywhere: it speaks the language of the page it stands on.
    """
    channel = get_object_or_404(Channel.objects.webchats(), uuid=uuid)
    context = {
        "page": request.build_absolute_uri(reverse("webchat", args=[channel.uuid])),
        "label": channel.name,
        "words": json.dumps({code: in_language(code) for code in LANGUAGES}),
        "fallback": settings.LANGUAGE_CODE,
    }
    return render(request, "webchat/widget.js", context, content_type="text/javascript; charset=utf-8")


def in_language(code: str) -> dict[str, str]:
    with override(code):
        return {name: str(word) for name, word in LAUNCHER.items()}


@require_safe
@for_other_websites
@xframe_options_exempt
def page(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """The page inside the frame. Which websites may frame it is the channel's own list; it speaks their language."""
    channel = get_object_or_404(Channel.objects.webchats().select_related("team__schedule"), uuid=uuid)
    framed_by = [SELF, *channel.webchat.origins] if channel.webchat.origins else ["*"]
    wanted = request.GET.get("lang", "")
    with override(wanted if wanted in LANGUAGES else get_language()):
        return csp_replace({"frame-ancestors": framed_by})(lambda request: shown(request, channel))(request)


def shown(request: HttpRequest, channel: Channel) -> HttpResponse:
    title = channel.team.name if channel.team else channel.name
    now = there(channel.team)
    words = {name: str(word) for name, word in PAGE.items()} | {"team": title}
    words["usually"] = str(ANSWERS_WITHIN.get(channel.config.get("answers_within", ""), ""))
    context = {
        "title": title,
        "there": now,
        "greeting": channel.config.get("greeting") or _("Hello! How can we help?"),
        "away": "" if now.open or channel.team is None else channel.team.away_message,
        "questions": webchat_form.questions(channel.config),
        "megabytes": settings.MEDIA_MAX_BYTES // MB,
        "words": words,
        "facts": {**facts(channel, now), "words": words},
    }
    return render(request, "webchat/page.html", context)


def facts(channel: Channel, now: There) -> dict[str, Any]:
    """What the page's script must know."""
    return {
        "base": reverse("webchat", args=[channel.uuid]),
        "socket": f"/ws/webchat/{channel.uuid}/",
        "textLimit": channel.adapter.can.text,
        "fileLimit": settings.MEDIA_MAX_BYTES,
        "filesAtOnce": channel.adapter.can.files,
        "open": now.open,
        "online": now.online,
        "backAt": now.back_at and now.back_at.isoformat(),
        "provedOnly": channel.webchat.is_for_proved_users,
        "asks": [name for name in webchat_form.BUILT_IN if channel.config.get(f"ask_{name}")]
        + [each["name"] for each in channel.config.get("ask_also") or []],
    }
