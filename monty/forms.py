"""What forms on every floor share: a duration typed as a number, and refusals as errors of ours."""

from datetime import timedelta
from typing import Any

from django import forms

from monty.errors import BadInput

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class LengthField(forms.IntegerField):
    """A duration, typed as a whole number of a unit (minutes, hours)."""

    def __init__(self, *, unit: timedelta, **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(min_value=1, max_value=10_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value // self.unit if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> timedelta | None:
        number = super().clean(value)
        return None if number is None else number * self.unit

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def demand_valid(form: forms.BaseForm) -> None:
    """Raises BadInput with the first sentence of what is wrong."""
    for field, sentences in form.errors.items():
        raise BadInput(str(sentences[0]), field=field)


class StrictForm(forms.Form):
    """A form whose page learns what is wrong as from everything else: by an error with a sentence."""

    def demand_valid(self) -> None:
        demand_valid(self)
