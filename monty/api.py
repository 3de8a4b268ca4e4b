"""The REST interface: every app's part of it, under one address."""

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from channels_app.api import ChannelViewSet, Templates
from conversations.api import (
    ContactViewSet,
    ConversationViewSet,
    Events,
    LabelViewSet,
    Messages,
    MessageViewSet,
    TeammateViewSet,
)
from conversations.writing_api import MentionViewSet, SavedReplyViewSet
from monty.rest import Nowhere, Router
from teams.api import MyPresence, TeamViewSet, Tokens

router = Router()
router.register("conversations", ConversationViewSet)
router.register("messages", MessageViewSet)
router.register("contacts", ContactViewSet)
router.register("labels", LabelViewSet)
router.register("teams", TeamViewSet)
router.register("teammates", TeammateViewSet)
router.register("channels", ChannelViewSet)
router.register("mentions", MentionViewSet)
router.register("saved_replies", SavedReplyViewSet)


class Schema(SpectacularAPIView):
    """JSON unless YAML is asked for: whatever reads the one reads the other."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]


docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")

v1: list[URLPattern | URLResolver] = [
    *router.urls,
    re_path("^conversations/(?P<conversation>[^/.]+)/messages/?$", Messages.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/events/?$", Events.as_view()),
    re_path("^channels/(?P<channel>[^/.]+)/templates/?$", Templates.as_view()),
    re_path("^me/presence/?$", MyPresence.as_view()),
    re_path("^tokens/?$", Tokens.as_view()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", login_required(docs), name="api-docs"),
    re_path("", Nowhere.as_view()),
]
