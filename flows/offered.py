"""What the editor offers to choose from, by the `x-control` of the fields that refer to something in this house."""

from typing import TYPE_CHECKING, Any

from channels_app.adapters import ADAPTERS
from conversations.models import Label
from flows.texts import KNOWN
from orders.models import Variant
from teams.models import Team, Teammate

if TYPE_CHECKING:
    from flows.models import Flow

Choice = dict[str, Any]
# Of the catalogue; what comes after them is written into the document as JSON.
MOST = 500


def offered(flow: "Flow") -> dict[str, list[Choice]]:
    """Each with the value that a document keeps, and its words."""
    labels = Label.objects.filter(offered=True).values_list("name", flat=True)
    return {
        "team": [choice(each.pk, each.name) for each in Team.objects.order_by("name")],
        "teammate": [
            choice(each.pk, each.name) for each in Teammate.objects.at_work().order_by("first_name", "last_name", "pk")
        ],
        "label": [choice(name, name) for name in dict.fromkeys(labels.order_by("name"))],
        "media": [choice(str(each.uuid), each.name) for each in flow.files.all()],
        "flow": [flow_choice(each) for each in type(flow).objects.live().with_current()],
        "variable": [choice(name, name) for name in KNOWN],
        "variant": [choice(each.sku, str(each)) for each in Variant.objects.on_sale()[:MOST]],
        "channel": [choice(kind, adapter.label) for kind, adapter in ADAPTERS.items()],
    }


def choice(value: Any, words: str) -> Choice:
    return {"value": value, "words": words}


def flow_choice(flow: "Flow") -> Choice:
    """With the nodes at which one may begin."""
    nodes = flow.current.document["nodes"] if flow.current else []
    return {
        **choice(flow.key, flow.name),
        "nodes": [choice(node["id"], node.get("name") or node["id"]) for node in nodes],
    }
