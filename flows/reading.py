"""What a flow's document may refer to, read from the database in a few queries."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings

from conversations.models import Label
from flows.surroundings import Surroundings
from orders.models import Variant
from teams.models import Team, Teammate

if TYPE_CHECKING:
    from flows.models import Flow


def surroundings_of(flow: "Flow") -> Surroundings:
    return Surroundings(
        channels=flow.adapters,
        teams=frozenset(Team.objects.values_list("pk", flat=True)),
        teammates=frozenset(Teammate.objects.at_work().values_list("pk", flat=True)),
        labels=frozenset(Label.objects.filter(offered=True).values_list("name", flat=True)),
        flows=nodes_of_flows(flow),
        media=frozenset(str(each) for each in flow.files.values_list("uuid", flat=True)),
        hosts=tuple(settings.FLOWS_MAY_CALL),
        missing=missing,
    )


def missing(skus: Collection[str]) -> set[str]:
    return set(skus) - {*Variant.objects.on_sale().of_sku(skus)}


def nodes_of_flows(flow: "Flow") -> dict[str, frozenset[str]]:
    """Of each published flow."""
    published = type(flow).objects.live().with_current()
    return {
        each.key: frozenset(node["id"] for node in each.current.document["nodes"])
        for each in published
        if each.current is not None
    }
