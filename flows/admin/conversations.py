"""“Send Flow” among the buttons of a conversation, whose own floor knows of no flows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.admin.conversation import ConversationAdmin
from flows import starting
from flows.models import Flow
from monty.admin_buttons import Button


class SendFlowForm(forms.Form):
    flow = forms.ModelChoiceField(Flow.objects.live().order_by("name"), label=_("Flow"))
    node = forms.CharField(label=_("Jump to"), required=False, max_length=40, help_text=_("The id of a node."))


ConversationAdmin.buttons["send_flow"] = Button(_("Send Flow"), starting.send_offered, SendFlowForm)
