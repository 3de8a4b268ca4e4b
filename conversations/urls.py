"""The inbox's addresses."""

from django.urls import URLPattern, path

from conversations import fair_pages, files, template_pages, views

urlpatterns: list[URLPattern] = [
    path("", views.inbox, name="inbox"),
    path("inbox/refresh/", views.refresh, name="refresh"),
    path("inbox/more/", views.more, name="more"),
    path("leaving/", fair_pages.leave, name="leaving"),
    path("inbox/yours/", fair_pages.yours, name="yours"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/older/", views.older, name="older"),
    path("conversations/<int:pk>/news/", views.news, name="news"),
    path("conversations/<int:pk>/assignees/", views.assignees, name="assignees"),
    path("conversations/<int:pk>/labels/", views.labels, name="labels"),
    path("conversations/<int:pk>/priorities/", views.priority_menu, name="priority-menu"),
    path("conversations/<int:pk>/snoozing/", views.snooze_menu, name="snooze-menu"),
    path("conversations/<int:pk>/why/", fair_pages.why, name="why"),
    path("conversations/<int:pk>/typing/", views.typing, name="typing"),
    path("conversations/<int:pk>/templates/", template_pages.templates, name="templates"),
    path("conversations/<int:pk>/templates/<int:template>/", template_pages.template, name="template"),
    path("conversations/<int:pk>/<slug:verb>/", views.act, name="act"),
    path("files/<uuid:uuid>/", files.file, name="file"),
    path("files/<uuid:uuid>/small/", files.thumbnail, name="thumbnail"),
    path("contacts/<int:pk>/picture/<str:version>/", files.picture, name="contact-picture"),
    path("media-links/<str:token>/", files.provider_file, name="media-link"),
]
