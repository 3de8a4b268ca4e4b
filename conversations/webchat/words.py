"""What the webchat's scripts say, by name. What its templates say stands there."""

from django.utils.translation import gettext_lazy as _

# On the website itself: the launcher.
LAUNCHER = {
    "open": _("Open chat"),
    "close": _("Close chat"),
    "unread": _("Open chat, unread messages: {count}"),
}

# In the page.
PAGE = {
    "online": _("Online now"),
    "offline": _("We answer as soon as we can"),
    "away": _("We are away now"),
    "back": _("Back {when}"),
    "you": _("You"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "sending": _("Sending…"),
    "waiting": _("Waiting for a connection. It will be sent by itself."),
    "sent": _("Sent"),
    "seen": _("Seen"),
    "failed": _("Not sent"),
    "too_long": _("That is too long: at most {limit} characters."),
    "too_large": _("“{name}” is too large: at most {limit} MB."),
    "too_many": _("At most {limit} files at once."),
    "picture": _("Picture"),
    "progress": _("Sent so far: {percent} %"),
    "is_typing": _("{name} is typing…"),
    "mailed": _("A copy is on its way to {address}."),
}

# How long it usually takes, by the channel's setting.
ANSWERS_WITHIN = {
    "minutes": _("Usually answers within minutes"),
    "hours": _("Usually answers within a few hours"),
    "day": _("Usually answers within a day"),
}
