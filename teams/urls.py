"""Coming in, by an invitation for the first time, going out, one's own log-in and presence."""

from django.urls import URLPattern, path

from teams import invitation_pages, token_pages, views
from teams.login.urls import urlpatterns as log_in

urlpatterns: list[URLPattern] = [
    *log_in,
    path("me/tokens/", token_pages.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", token_pages.revoke, name="revoke-token"),
    path("invitations/<str:token>/", invitation_pages.invitation, name="invitation"),
    path("presence/", views.presence, name="presence"),
]
