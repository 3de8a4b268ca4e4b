"""Below /demo/: the providers' addresses as the providers have them, and the phone."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from channels_app.simulator import links, phone
from channels_app.simulator.apis import graph_tokens, messenger, whatsapp, x, x_uploads
from channels_app.simulator.apis.graph import nowhere


class Messaging(StringConverter):
    regex = "facebook|instagram"


class Graph(StringConverter):
    regex = "facebook|instagram|whatsapp"


class Version(StringConverter):
    regex = r"v\d+\.\d+"


class Node(StringConverter):
    """An id of a provider: nothing that a database could not look for."""

    regex = r"[\w.=+-]{1,100}"


class Deed(StringConverter):
    regex = "|".join(phone.DOES)


register_converter(Messaging, "messaging")
register_converter(Graph, "graph")
register_converter(Version, "version")
register_converter(Deed, "deed")
register_converter(Node, "node")

messaging, chat = "providers/<messaging:kind>/<version:version>", "phone/<uuid:uuid>/<int:number>/"
cloud, of_whatsapp = "providers/whatsapp/<version:version>", {"kind": "whatsapp"}

urlpatterns = [
    path("providers/media/<str:token>/<str:name>", links.by_link),
    path("providers/<str:kind>/faces/<node:person>.png", links.face),
    path("providers/<graph:kind>/<version:version>/debug_token", graph_tokens.debug_token),
    path("providers/instagram/refresh_access_token", graph_tokens.refresh_access_token),
    path(f"{messaging}/<node:node>/messages", messenger.messages),
    path(f"{messaging}/<node:node>/message_attachments", messenger.message_attachments),
    path(f"{messaging}/<node:node>", messenger.node),
    path(f"{cloud}/<node:node>/messages", whatsapp.messages, of_whatsapp),
    path(f"{cloud}/<node:node>/media", whatsapp.upload, of_whatsapp),
    path(f"{cloud}/<node:node>/message_templates", whatsapp.message_templates, of_whatsapp),
    path(f"{cloud}/<node:node>", whatsapp.node, of_whatsapp),
    re_path(r"^providers/(?P<kind>facebook|instagram|whatsapp)/", nowhere),
    path("providers/twitter/2/dm_conversations/with/<node:participant>/messages", x.message_with),
    path("providers/twitter/2/dm_conversations/<node:conversation>/messages", x.message_in),
    path("providers/twitter/2/dm_conversations/media/<node:dm_id>/<node:media_id>/<node:resource>", x.media),
    path("providers/twitter/2/media/upload", x_uploads.upload),
    path("providers/twitter/2/media/upload/initialize", x_uploads.initialize),
    path("providers/twitter/2/media/upload/<node:media_id>/append", x_uploads.append),
    path("providers/twitter/2/media/upload/<node:media_id>/finalize", x_uploads.finalize),
    path("providers/twitter/2/users/<node:user_id>", x.users),
    path("providers/twitter/2/webhooks", x.webhooks),
    path("providers/twitter/2/oauth2/token", x.token),
    path("phone/", phone.chooser, name="phone"),
    path("phone/<uuid:uuid>/", phone.channel, name="phone-channel"),
    path("phone/<uuid:uuid>/new/", phone.newcomer, name="phone-newcomer"),
    path("phone/<uuid:uuid>/misbehave/", phone.misbehave, name="phone-misbehave"),
    path("phone/<uuid:uuid>/files/<node:external_id>/", phone.file, name="phone-file"),
    path(chat, phone.chat, name="phone-chat"),
    path(f"{chat}thread/", phone.thread, name="phone-thread"),
    path(f"{chat}<deed:what>/", phone.do, name="phone-do"),
]
