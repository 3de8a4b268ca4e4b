"""What somebody changes about themselves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations import media
from monty.errors import MontyError
from teams.models import Teammate, Weekday


class PhotoField(forms.FileField):
    """Somebody's face, as it will be stored: small, square, without anything but the picture."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> bytes:
        if not isinstance(data, UploadedFile):
            return b""
        try:
            return media.portrait(media.checked(data).content)
        except MontyError as error:
            raise ValidationError(error.detail) from error


class PersonalForm(forms.ModelForm):
    """Saving writes only these columns: the rest of a teammate's row moves all the time."""

    new_photo = PhotoField(label=_("New photo"), required=False)
    drop_photo = forms.BooleanField(label=_("Remove the photo"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = Teammate
        fields = ["first_name", "last_name", "email", "time_zone", "language", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        ours = _t("As the installation (%(zone)s)") % {"zone": settings.TIME_ZONE}
        self.fields["time_zone"].choices = [("", ours), *zones]  # type: ignore[attr-defined]
        languages = [(code, name) for code, name in OWN_NAMES.items() if code in dict(settings.LANGUAGES)]
        self.fields["language"].choices = [("", _t("As the browser")), *languages]  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Teammate:
        me: Teammate = self.instance
        me.save(update_fields=self.Meta.fields)
        if self.cleaned_data["new_photo"] or self.cleaned_data["drop_photo"]:
            me.wear(self.cleaned_data["new_photo"])
        return me


# Whoever looks for their language knows it by its own name.
OWN_NAMES = {"en": "English", "de": "Deutsch", "ar": "العربية"}


class QuietForm(forms.Form):
    """Unless `quiet` is on, the times do not matter."""

    quiet = forms.BooleanField(label=_("Quiet hours"), required=False)
    starts = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("To"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    days = forms.TypedMultipleChoiceField(
        label=_("Beginning on"),
        coerce=int,
        choices=Weekday.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        for name in ("starts", "ends"):
            if fields.get("quiet") and fields.get(name) is None and name not in self.errors:
                self.add_error(name, _("Which time?"))
        if fields.get("quiet") and not fields.get("days") and "days" not in self.errors:
            self.add_error("days", _("Choose at least one day."))
        return fields

    def save(self, me: Teammate) -> None:
        chosen = self.cleaned_data
        if chosen["quiet"]:
            me.be_quiet(chosen["starts"], chosen["ends"], chosen["days"])
        else:
            me.be_quiet(None, None, me.quiet_days)
