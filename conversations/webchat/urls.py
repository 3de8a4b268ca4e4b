"""The webchat's addresses."""

from django.urls import path

from conversations import files
from conversations.webchat import pages, views

urlpatterns = [
    path("<uuid:uuid>/", pages.page, name="webchat"),
    path("<uuid:uuid>/widget.js", pages.widget, name="webchat-widget"),
    path("<uuid:uuid>/sessions/", views.Sessions.as_view(), name="webchat-sessions"),
    path("<uuid:uuid>/messages/", views.Messages.as_view(), name="webchat-messages"),
    path("<uuid:uuid>/receipts/", views.Receipts.as_view(), name="webchat-receipts"),
    path("<uuid:uuid>/typing/", views.Typing.as_view(), name="webchat-typing"),
    path("<uuid:uuid>/transcripts/", views.Transcripts.as_view(), name="webchat-transcripts"),
    path("<uuid:uuid>/files/<uuid:attachment>/", files.visitor_file, name="webchat-file"),
]
