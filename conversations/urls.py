"""The inbox's addresses."""

from django.urls import URLPattern, path

from conversations import draft_pages, fair_pages, files, mention_pages, saved_reply_pages, template_pages, views

urlpatterns: list[URLPattern] = [
    path("", views.inbox, name="inbox"),
    path("inbox/refresh/", views.refresh, name="refresh"),
    path("inbox/more/", views.more, name="more"),
    path("leaving/", fair_pages.leave, name="leaving"),
    path("inbox/yours/", fair_pages.yours, name="yours"),
    path("saved-replies/", saved_reply_pages.saved_replies, name="saved-replies"),
    path("saved-replies/new/", saved_reply_pages.saved_reply, name="new-saved-reply"),
    path("saved-replies/<int:pk>/", saved_reply_pages.saved_reply, name="saved-reply"),
    path("saved-replies/<int:pk>/delete/", saved_reply_pages.delete_saved_reply, name="delete-saved-reply"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/older/", views.older, name="older"),
    path("conversations/<int:pk>/news/", views.news, name="news"),
    path("conversations/<int:pk>/assignees/", views.assignees, name="assignees"),
    path("conversations/<int:pk>/why/", fair_pages.why, name="why"),
    path("conversations/<int:pk>/typing/", views.typing, name="typing"),
    path("conversations/<int:pk>/templates/", template_pages.templates, name="templates"),
    path("conversations/<int:pk>/templates/<int:template>/", template_pages.template, name="template"),
    path("conversations/<int:pk>/mentionable/", mention_pages.mentionable, name="mentionable"),
    path("conversations/<int:pk>/mentioned/", mention_pages.told, name="mentioned"),
    path("conversations/<int:pk>/mentions-seen/", mention_pages.seen, name="mentions-seen"),
    path("conversations/<int:pk>/draft/", draft_pages.draft, name="draft"),
    path("conversations/<int:pk>/saved-replies/", saved_reply_pages.choices, name="saved-reply-choices"),
    path("conversations/<int:pk>/<slug:verb>/", views.act, name="act"),
    path("files/<uuid:uuid>/", files.file, name="file"),
    path("files/<uuid:uuid>/small/", files.thumbnail, name="thumbnail"),
    path("contacts/<int:pk>/picture/<str:version>/", files.picture, name="contact-picture"),
    path("media-links/<str:token>/", files.provider_file, name="media-link"),
]
