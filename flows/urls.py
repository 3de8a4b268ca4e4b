"""The addresses of flows beside the inbox's."""

from django.urls import URLPattern, path

from flows import pages

urlpatterns: list[URLPattern] = [
    path("conversations/<int:pk>/flows/", pages.flows_to_send, name="flows-to-send"),
    path("conversations/<int:pk>/flows/<int:flow>/", pages.flow_to_send, name="flow-to-send"),
    path("flows/<int:pk>/picture/<str:version>/", pages.picture, name="flow-picture"),
]
