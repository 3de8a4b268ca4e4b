"""The REST interface: every app's part of it, under one address."""

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from channels_app.api import ChannelViewSet, Templates
from conversations.api.arranged import AttributeViewSet, LabelViewSet, TeammateViewSet
from conversations.api.care import ContactCareViewSet
from conversations.api.channels import ChannelHealthViewSet
from conversations.api.contacts import ContactViewSet
from conversations.api.conversations import ConversationViewSet, Events, Messages, MessageViewSet
from conversations.api.fair import TeamReplay, Why
from conversations.api.imports import ImportViewSet
from conversations.api.lists import BulkViewSet, MyDraft, SavedViewViewSet
from conversations.api.macros import MacroViewSet
from conversations.api.measuring import MeterViewSet
from conversations.api.raw import RawDeliveryViewSet
from conversations.api.scheduled import LaterAnswers, ScheduledViewSet
from conversations.api.writing import MentionViewSet, SavedReplyViewSet
from conversations.reports.api import ReportAnswer, Reports
from flows.api import FlowViewSet, HumanWordViewSet, SendFlow
from flows.runs_api import FlowRunViewSet
from flows.versions_api import DryRunViewSet, VersionViewSet
from monty.rest import Nowhere, Router
from orders.api import OrderViewSet
from orders.catalogue_api import ProductViewSet, VariantViewSet
from teams.api import Me, MyPresence, OneToken, TeamViewSet, Tokens
from teams.arranged_api import (
    AuditViewSet,
    InvitationViewSet,
    KeepingViewSet,
    MembershipViewSet,
    ScheduleViewSet,
    SettingViewSet,
)
from webhooks.api import Deliveries, Replay, WebhookViewSet

router = Router()
router.register("conversations", ConversationViewSet)
router.register("messages", MessageViewSet)
router.register("contacts", ContactViewSet)
router.register("attributes", AttributeViewSet)
router.register("labels", LabelViewSet)
router.register("teams", TeamViewSet)
router.register("teammates", TeammateViewSet)
router.register("channels", ChannelViewSet)
router.register("mentions", MentionViewSet)
router.register("saved_replies", SavedReplyViewSet)
router.register("scheduled", ScheduledViewSet)
router.register("macros", MacroViewSet)
router.register("orders", OrderViewSet)
router.register("products", ProductViewSet)
router.register("variants", VariantViewSet)
router.register("flows", FlowViewSet)
router.register("flows/(?P<flow>[^/.]+)/versions", VersionViewSet)
router.register("flows/(?P<flow>[^/.]+)/dry_runs", DryRunViewSet)
router.register("flow_runs", FlowRunViewSet)
router.register("human_words", HumanWordViewSet)
router.register("views", SavedViewViewSet)
router.register("bulk", BulkViewSet)
router.register("memberships", MembershipViewSet)
router.register("schedules", ScheduleViewSet)
router.register("invitations", InvitationViewSet)
router.register("settings", SettingViewSet)
router.register("kept", KeepingViewSet)
router.register("audit", AuditViewSet)
router.register("channels", ChannelHealthViewSet, basename="channel-health")
router.register("contacts", ContactCareViewSet, basename="contact-care")
router.register("raw_deliveries", RawDeliveryViewSet)
router.register("imports", ImportViewSet)
router.register("measuring", MeterViewSet)
router.register("webhooks", WebhookViewSet)


class Schema(SpectacularAPIView):
    """JSON unless YAML is asked for: whatever reads the one reads the other."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]


docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")

v1: list[URLPattern | URLResolver] = [
    *router.urls,
    re_path("^conversations/(?P<conversation>[^/.]+)/messages/?$", Messages.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/scheduled/?$", LaterAnswers.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/draft/?$", MyDraft.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/events/?$", Events.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/send_flow/?$", SendFlow.as_view()),
    re_path("^conversations/(?P<conversation>[^/.]+)/why/?$", Why.as_view()),
    re_path("^teams/(?P<team>[^/.]+)/replay/?$", TeamReplay.as_view()),
    re_path("^channels/(?P<channel>[^/.]+)/templates/?$", Templates.as_view()),
    re_path("^webhooks/(?P<subscription>[^/.]+)/deliveries/?$", Deliveries.as_view()),
    re_path("^webhooks/(?P<subscription>[^/.]+)/deliveries/(?P<delivery>[^/.]+)/replay/?$", Replay.as_view()),
    re_path("^reports/?$", Reports.as_view()),
    re_path("^reports/(?P<name>[^/.]+)/?$", ReportAnswer.as_view()),
    re_path("^me/?$", Me.as_view()),
    re_path("^me/presence/?$", MyPresence.as_view()),
    re_path("^tokens/?$", Tokens.as_view()),
    re_path("^tokens/(?P<pk>[^/.]+)/?$", OneToken.as_view()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", login_required(docs), name="api-docs"),
    re_path("", Nowhere.as_view()),
]
