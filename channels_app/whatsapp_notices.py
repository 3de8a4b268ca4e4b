"""What WhatsApp tells about the account itself: its templates, its standing, its troubles."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import Notice
from channels_app.graph_refusals import meaning_of
from channels_app.json_values import identifier, mapping, text
from channels_app.verdicts import Verdict

# After these nothing goes out until somebody has settled it with Meta.
STOPPED = {"ACCOUNT_DELETED", "DISABLED_UPDATE", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED"}


def template(value: dict[str, Any]) -> Notice:
    """A template was approved, paused, changed, …: the list is out of date."""
    name, language = text(value.get("message_template_name")), text(value.get("message_template_language"))
    event = text(value.get("event")) or text(value.get("new_quality_score")) or text(value.get("new_category"))
    facts = {"name": name, "language": language, "event": event or _("changed")}
    return Notice("template", _("Template %(name)s (%(language)s): %(event)s") % facts, code=event[:60])


def account(value: dict[str, Any]) -> Notice:
    event, ban = text(value.get("event")), mapping(value.get("ban_info"))
    state = text(ban.get("waba_ban_state"))
    spared = event == "DISABLED_UPDATE" and state != "DISABLE"
    said = ", ".join(filter(None, [event, state, text(value.get("decision"))]))
    return Notice("account", said or _("changed"), code=event[:60], stops=event in STOPPED and not spared)


def quality(value: dict[str, Any]) -> Notice:
    event, limit = text(value.get("event")), text(value.get("current_limit"))
    return Notice("quality", ", ".join(filter(None, [event, limit])) or _("changed"), code=event[:60])


def trouble(error: Any) -> Notice:
    """An error of the account, not of a message."""
    code, words = words_of(error)
    meaning = meaning_of(mapping(error).get("code"))
    return Notice("error", words, code=code, stops=meaning is not None and meaning.verdict == Verdict.RECONNECT)


def words_of(error: Any) -> tuple[str, str]:
    """An error's code, and what it means: in our words where Monty has some, else in WhatsApp's."""
    told = mapping(error)
    data = told.get("error_data")
    said = [text(mapping(data).get("details")), text(data), text(told.get("message")), text(told.get("title"))]
    meaning = meaning_of(told.get("code"))
    own = str(meaning.words) if meaning else ""
    return identifier(told.get("code"))[:60], own or next(filter(None, said), "")[:300] or _("WhatsApp gave no reason.")


NOTICES: dict[str, Callable[[dict[str, Any]], Notice]] = {
    "message_template_status_update": template,
    "message_template_quality_update": template,
    "message_template_components_update": template,
    "template_category_update": template,
    "account_update": account,
    "account_alerts": account,
    "account_review_update": account,
    "phone_number_name_update": account,
    "phone_number_quality_update": quality,
}
