"""From what a visitor's browser sends to what any channel delivers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app import webchat_form
from channels_app.border import Inbound, Sender
from channels_app.models import Visitor
from conversations import details, media
from conversations.models import Identity, Message
from monty.errors import BadInput


def inbound(
    visitor: Visitor,
    *,
    client_id: Any,
    text: str,
    file: Any = None,
    form: dict[str, Any] | None = None,
    button: dict[str, Any] | None = None,
) -> Inbound:
    """What a visitor wrote. Raises BadInput, MediaTooLarge, MediaRefused."""
    answered = filled_in(visitor, form or {})
    parts = pressed(visitor, button) if button else {}
    files = (media.checked(file),) if file is not None else ()
    return Inbound(
        f"{visitor.uuid}/{client_id}",
        sender(visitor, claimed_name=answered.get("name", "")),
        at=timezone.now(),
        text=parts["button"]["title"] if parts else text,
        files=files,
        # Shown to teammates beside the message, as what it is: something the visitor says of themselves.
        details=parts | ({"form": webchat_form.as_part(visitor.channel.config, answered)} if answered else {}),
    )


def sender(visitor: Visitor, *, claimed_name: str) -> Sender:
    """A name that nobody vouches for is shown as a claim and opens nothing; an address goes along only when proved."""
    proved = bool(visitor.user_id)
    return Sender(
        external_id=visitor.external_id,
        name=visitor.name or claimed_name,
        email=visitor.email if proved else "",
        verified=proved,
    )


def filled_in(visitor: Visitor, given: dict[str, Any]) -> dict[str, Any]:
    """The answers that came along. Raises BadInput if one is wrong, or if the first message comes without them.

    Whom the website has proved is asked nothing: it knows them better.
    """
    config = visitor.channel.config
    asked = not visitor.user_id and webchat_form.demands(config)
    all_of_it = asked and Identity.objects.of_visitor(visitor) is None
    if not (given or all_of_it):
        return {}
    try:
        return webchat_form.answers(config, given, all_of_it=all_of_it)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise BadInput(f"{webchat_form.label(config, name)}: {messages[0]}", field=f"form.{name}") from error


def pressed(visitor: Visitor, button: dict[str, Any]) -> dict[str, Any]:
    """The quick reply that was pressed, as it was offered. Raises BadInput for one that was not."""
    identity = Identity.objects.of_visitor(visitor)
    offered = Message.objects.of_identity(identity).from_us().filter(pk=button["message"]).first() if identity else None
    replies = details.known(offered.details).get("quick_replies", []) if offered else []
    chosen = next((each for each in replies if each["payload"] == button["payload"]), None)
    if chosen is None:
        raise BadInput(_("This answer was not offered."), field="button")
    return {"button": chosen}
