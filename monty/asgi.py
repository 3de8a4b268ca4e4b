"""The ASGI door: websockets always, and HTTP too when Monty runs embedded."""

import os

from django.core.asgi import get_asgi_application

from monty import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")
# It adds to the middleware, so it comes first.
telemetry.start()
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (apps must be loaded first)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from channels_app import live  # noqa: E402
from channels_app.consumers import InboxConsumer, VisitorConsumer  # noqa: E402
from monty.farewell import Farewell  # noqa: E402
from monty.settling import settle  # noqa: E402
from monty.static import with_static_files  # noqa: E402

websocket = URLRouter(
    [
        path("ws/inbox/", AuthMiddlewareStack(InboxConsumer.as_asgi())),
        path("ws/webchat/<uuid:channel>/", VisitorConsumer.as_asgi()),
    ]
)
doors = ProtocolTypeRouter({"http": with_static_files(ServeStaticASGI, http), "websocket": websocket})
application = Farewell(doors, live.registry.dismiss)
settle()
