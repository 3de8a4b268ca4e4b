"""Every address of Monty, from every app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from conversations.webhooks import webhook
from monty import demo_site, health

handler500 = "monty.problems.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("conversations.urls")),
    path("", include("teams.urls")),
    path("webchat/", include("conversations.webchat_urls")),
    path("webhooks/<uuid:uuid>/", webhook, name="webhook"),
    path("demo/", demo_site.shop, name="demo-shop"),
    path("api/", include("monty.api")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
