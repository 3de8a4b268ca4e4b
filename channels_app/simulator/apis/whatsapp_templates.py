"""The demo account's templates: a handful approved, one paused, one pending; and how one is filled in."""

import re
from typing import Any

from channels_app.simulator.refusals import whatsapp as refuse

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def template(
    number: int, name: str, status: str, *components: dict[str, Any], category: str = "UTILITY", named: bool = False
) -> dict[str, Any]:
    head = {"id": f"{1_700_000_000_000 + number}", "name": name, "language": "en_US", "status": status}
    form = "NAMED" if named else "POSITIONAL"
    return {**head, "category": category, "parameter_format": form, "components": list(components)}


def body(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text} | ({"example": {"body_text": [list(examples)]}} if examples else {})


def buttons(*titles: str) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": title} for title in titles]}


TEMPLATES = [
    template(
        1,
        "order_update",
        "APPROVED",
        {"type": "HEADER", "format": "TEXT", "text": "Your order {{1}}", "example": {"header_text": ["1042"]}},
        body("Hello {{1}}, your order leaves the kiln on {{2}}.", "Nora", "Friday"),
        {"type": "FOOTER", "text": "Pottlewick"},
        buttons("Thank you", "I have a question"),
    ),
    template(
        2,
        "still_there",
        "APPROVED",
        body("Hello {{first_name}}, you wrote to us about {{topic}}. Shall we go on?"),
        buttons("Yes, please", "No longer"),
        named=True,
    ),
    template(3, "we_are_back", "APPROVED", body("We are back at the wheel. What can we do for you?")),
    template(
        4,
        "parcel_link",
        "APPROVED",
        body("Your parcel is on its way."),
        {
            "type": "BUTTONS",
            "buttons": [{"type": "URL", "text": "Follow it", "url": "https://example.org/parcels/{{1}}"}],
        },
    ),
    template(5, "winter_sale", "PAUSED", body("Winter sale: {{1}} percent off.", "20"), category="MARKETING"),
    template(6, "new_shop", "PENDING", body("Our new shop opens on {{1}}.", "Monday"), category="MARKETING"),
]


def filled(part: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """What the customer reads, and the buttons under it. Raises Refusal: unknown, not approved, wrong values."""
    language = part.get("language", {}).get("code")
    known = next((each for each in TEMPLATES if (each["name"], each["language"]) == (part.get("name"), language)), None)
    if known is None:
        raise refuse(132001, "Template name does not exist in the translation")
    if known["status"] != "APPROVED":
        raise refuse(132015 if known["status"] == "PAUSED" else 132001, f"The template is {known['status'].lower()}")
    given = {each.get("type", "").upper(): each for each in part.get("components", [])}
    texts = {each["type"]: with_values(each, given.get(each["type"], {})) for each in known["components"]}
    lines = [texts[name] for name in ("HEADER", "BODY", "FOOTER") if texts.get(name)]
    return "\n\n".join(lines), pressable(known, part)


def with_values(component: dict[str, Any], given: dict[str, Any]) -> str:
    text = str(component.get("text", ""))
    wanted = list(dict.fromkeys(VARIABLE.findall(text)))
    values = given.get("parameters", [])
    if len(values) != len(wanted):
        raise refuse(132000, f"{len(wanted)} values expected, {len(values)} given")
    by_name = {each.get("parameter_name") or str(place): each for place, each in enumerate(values, start=1)}
    if any(each.get("type") != "text" or not each.get("text") for each in values) or set(by_name) != set(wanted):
        raise refuse(132012, "A value is missing or of the wrong type")
    return VARIABLE.sub(lambda found: by_name[found[1]]["text"], text)


def pressable(known: dict[str, Any], part: dict[str, Any]) -> list[dict[str, Any]]:
    """Quick replies with the payloads that were sent along, else with their titles."""
    shown: list[dict[str, Any]] = next(
        (each["buttons"] for each in known["components"] if each["type"] == "BUTTONS"), []
    )
    payloads = {
        str(each.get("index")): each["parameters"][0].get("payload")
        for each in part.get("components", [])
        if each.get("type") == "button" and each.get("parameters")
    }
    return [
        {"title": button["text"], "payload": payloads.get(str(place)) or button["text"], "template": True}
        for place, button in enumerate(shown)
        if button["type"] == "QUICK_REPLY"
    ]
