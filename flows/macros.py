"""“Send Flow” as the last step of a macro, and so on many conversations at once."""

from django.utils.translation import gettext as _

from conversations.macros import steps
from conversations.macros.steps import Ending, Press
from conversations.models import Conversation
from flows import starting
from flows.models import Flow


def connect() -> None:
    steps.add_ending("send_flow", Ending(lambda: _("Send Flow"), lambda: Flow.objects.by_hand(), send_flow))


def send_flow(conversation: Conversation, flow: Flow, press: Press) -> None:
    starting.send_offered(conversation, flow, by=press.by)
