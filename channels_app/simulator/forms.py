"""The switches of a provider that misbehaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.simulator.faults import FAULTS, SHARED
from channels_app.simulator.models import Account

SWITCHES = ("duplicate", "shuffle", "batch", "forge", "links_dead")


class MisbehaviourForm(forms.ModelForm):
    class Meta:
        model = Account
        fields = ["fault", "fault_share", "fault_left", "delay", *SWITCHES]
        widgets = {
            **{name: forms.CheckboxInput(attrs={"class": "switch"}) for name in SWITCHES},
            "fault_share": forms.NumberInput(attrs={"min": 1, "max": 100}),
            "delay": forms.NumberInput(attrs={"max": 600}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = FAULTS[self.instance.channel.kind]
        general = [key for key in table if key in SHARED or key == "429"]
        own = [key for key in table if key not in general]
        choices = [
            ("", _("What it is")),
            (_("Faults"), [(key, table[key].label) for key in general]),
            (_("The provider's codes"), [(key, table[key].label) for key in own]),
        ]
        self.fields["fault"] = forms.ChoiceField(label=_("Sending is answered by"), required=False, choices=choices)
