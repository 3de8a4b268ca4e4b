"""Mail that Monty writes by itself."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def letter(to: str, subject: str, template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """As text and as HTML, from `template`.txt and `template`.html."""
    made = EmailMultiAlternatives(
        # A name with a line break in it would be refused as somebody's header.
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    made.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return made
