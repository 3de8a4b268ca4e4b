"""The webchat's addresses."""

from django.urls import path

from conversations import files, webchat, webchat_pages

urlpatterns = [
    path("<uuid:uuid>/", webchat_pages.page, name="webchat"),
    path("<uuid:uuid>/widget.js", webchat_pages.widget, name="webchat-widget"),
    path("<uuid:uuid>/sessions/", webchat.Sessions.as_view(), name="webchat-sessions"),
    path("<uuid:uuid>/messages/", webchat.Messages.as_view(), name="webchat-messages"),
    path("<uuid:uuid>/receipts/", webchat.Receipts.as_view(), name="webchat-receipts"),
    path("<uuid:uuid>/typing/", webchat.Typing.as_view(), name="webchat-typing"),
    path("<uuid:uuid>/transcripts/", webchat.Transcripts.as_view(), name="webchat-transcripts"),
    path("<uuid:uuid>/files/<uuid:attachment>/", files.visitor_file, name="webchat-file"),
]
