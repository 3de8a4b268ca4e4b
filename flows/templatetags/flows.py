"""`{% flow_picture version %}`: a flow to look at."""

from typing import Any

from django import template

from flows.document import Document
from flows.models import FlowVersion
from flows.picture import Figures, described, picture
from flows.problems import of_shape

register = template.Library()


@register.inclusion_tag("flows/_picture.html")
def flow_picture(version: FlowVersion | None, figures: Figures | None = None) -> dict[str, Any]:
    """Nothing, if there is no version, or what it says is no flow."""
    if version is None or next(of_shape(version.document), None):
        return {}
    document = Document.of(version.document)
    return {"version": version, "picture": picture(document, figures), "nodes": described(document)}
