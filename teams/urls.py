"""Logging in and out, and one's own presence."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
