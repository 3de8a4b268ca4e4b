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
        self.stored = dict(self.instance.config)
        shown = {name: one_a_line(value) for name, value in self.stored.items()}
        self.config = self.instance.adapter.Config(self.data if self.is_bound else None, prefix=PREFIX, initial=shown)
        for name, field in self.config.fields.items():
            if is_secret(field):
                self.keep_secret(field, known=bool(self.stored.get(name)))
            self.fields[self.config.add_prefix(name)] = field
            self.initial[self.config.add_prefix(name)] = "" if is_secret(field) else shown.get(name, field.initial)

    def keep_secret(self, field: forms.Field, *, known: bool) -> None:
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

    def merged_config(self) -> dict[str, Any]:
        """What was typed, with the secrets that were left empty as they were."""
        fields, typed = self.config.fields, self.config.cleaned_data
        kept = {name for name in fields if is_secret(fields[name]) and not typed[name]}
        return {**self.stored, **{name: value for name, value in typed.items() if name not in kept}}

    def save(self, commit: bool = True) -> Channel:
        self.instance.config = self.merged_config()
        return super().save(commit)


def is_secret(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.PasswordInput)


def one_a_line(value: Any) -> Any:
    return "\n".join(value) if isinstance(value, list) else value
