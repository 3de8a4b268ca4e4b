"""What the demo shop's people do again and again: saved replies and macros for everybody."""

from typing import Any

from conversations.models import Label, Macro, SavedReply

# shortcut, title, text
REPLIES = [
    ("thanks", "Thank you", "Thank you, {{contact.first_name}}! If anything else comes up, just write here."),
    (
        "order",
        "Which order?",
        "Hello {{contact.first_name}}, could you tell me your order number? Then I can look it up.",
    ),
]


def make_replies() -> None:
    for shortcut, title, text in REPLIES:
        SavedReply.objects.get_or_create(
            owner=None, team=None, shortcut=shortcut, defaults={"title": title, "text": text}
        )


def macros() -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """Each with its key and its steps."""
    labels = {label.name: label.pk for label in Label.objects.all()}
    replies = {reply.shortcut: reply.pk for reply in SavedReply.objects.filter(owner=None, team=None)}
    thanks: list[dict[str, Any]] = [{"do": "send", "saved_reply": replies["thanks"]}]
    ask: list[dict[str, Any]] = [{"do": "send", "saved_reply": replies["order"]}, {"do": "assign", "teammate": "me"}]
    urgent: list[dict[str, Any]] = [
        {"do": "label", "add": [labels["Complaint"]], "remove": []},
        {"do": "prioritize", "priority": "urgent"},
    ]
    return {
        "Close politely": (1, [*thanks, {"do": "close", "reason": ""}]),
        "Ask for the order number": (2, [*ask, {"do": "snooze", "choice": "answer"}]),
        "Complaint, urgent": (3, [*urgent, {"do": "assign", "teammate": "me"}]),
    }


def make_macros() -> None:
    """After labels and replies."""
    for name, (key, steps) in macros().items():
        Macro.objects.get_or_create(owner=None, team=None, name=name, defaults={"key": key, "steps": steps})
