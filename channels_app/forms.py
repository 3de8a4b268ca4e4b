"""A channel's form: what every channel has, and beside it its adapter's own settings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from monty.forms import HOUR, LengthField

PREFIX = "config"


class ChannelForm(forms.ModelForm):
    """The adapter's `Config` form validates its own part; its fields are shown as `config-<name>`.

    A secret is never shown again. Left empty, it stays as it is.
    """

    window = LengthField(
        unit=HOUR,
        label=_("Reopen window, in hours"),
        required=False,
        help_text=Channel._meta.get_field("window").help_text,
    )

    class Meta:
        model = Channel
        fields = ["name", "team", "external_id", "window", "tells_reading", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored, self.secrets = self.instance.config, self.instance.adapter.secret_names()
        shown = {name: one_a_line(value) for name, value in stored.items() if name not in self.secrets}
        self.config = self.instance.adapter.Config(self.data if self.is_bound else None, prefix=PREFIX, initial=shown)
        for name, field in self.config.fields.items():
            if name in self.secrets:
                self.hide(field, known=bool(stored.get(name)))
            self.fields[self.config.add_prefix(name)] = field
            self.initial[self.config.add_prefix(name)] = shown.get(name, field.initial)

    def hide(self, field: forms.Field, *, known: bool) -> None:
        field.widget.attrs["autocomplete"] = "new-password"
        if known:
            field.required = False
            field.widget.attrs["placeholder"] = _("•••••••• (leave empty to keep it)")

    def clean_external_id(self) -> str:
        account = self.cleaned_data["external_id"]
        if account and Channel.objects.of_account(self.instance.kind, account).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another channel is connected to this account."))
        return account

    def clean(self) -> dict[str, Any]:
        for name, errors in self.config.errors.items():
            field = self.config.add_prefix(name) if name in self.config.fields else None
            if field not in self.errors:
                self.add_error(field, errors)
        return super().clean() or self.cleaned_data

    def typed(self) -> dict[str, Any]:
        """The adapter's settings as typed, without the secrets that were left empty: those stay as they are."""
        typed = self.config.cleaned_data
        return {name: value for name, value in typed.items() if value or name not in self.secrets}


def one_a_line(value: Any) -> Any:
    words = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "\n".join(value) if words and value else value
