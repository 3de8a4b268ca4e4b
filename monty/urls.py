"""Every address of Monty, from every app."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from conversations.webhooks import webhook
from monty import demo_site, health
from monty.metrics import metrics

handler500 = "monty.problems.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    # Above the conversations': theirs ends with any verb at all.
    path("", include("flows.urls")),
    path("", include("orders.urls")),
    path("", include("conversations.urls")),
    path("", include("teams.urls")),
    path("webchat/", include("conversations.webchat.urls")),
    path("webhooks/<uuid:uuid>/", webhook, name="webhook"),
    path("demo/", demo_site.shop, name="demo-shop"),
    path("api/", include("monty.api")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("channels_app.simulator.urls")))
