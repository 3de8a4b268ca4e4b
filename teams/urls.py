"""Logging in and out, and one's own presence."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, path

from teams import views

urlpatterns: list[URLPattern] = [
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("presence/", views.presence, name="presence"),
]
