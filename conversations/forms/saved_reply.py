"""The form of a saved reply, for the admin and for one's own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app.border import File, storable
from conversations import media
from conversations.contacts import cards
from conversations.models import SavedFile, SavedReply
from conversations.models.stored_file import MOST_FILES
from conversations.variables import demand_known, known
from monty.errors import MontyError


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, each looked into."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> tuple[File, ...]:
        try:
            return tuple(media.checked(upload) for upload in data or ())
        except MontyError as error:
            raise ValidationError(error.detail) from error


class SavedReplyForm(forms.ModelForm):
    """After `save`, `keep_files` puts the new ones in and takes the unwanted ones out."""

    add_files = FilesField(label=_("Add files"), required=False)
    drop_files = forms.ModelMultipleChoiceField(
        SavedFile.objects.none(), label=_("Remove"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SavedReply
        fields = ["shortcut", "title", "text", "team"]
        widgets = {"text": forms.Textarea({"rows": 6, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = ", ".join(
            f"{{{{{name}}}}}: {words}" for name, words in known(cards.own()).items()
        )
        if self.instance.pk and self.instance.files.exists():
            self.fields["drop_files"].queryset = self.instance.files.all()  # type: ignore[attr-defined]
        else:
            del self.fields["drop_files"]

    def clean_shortcut(self) -> str:
        return str(self.cleaned_data["shortcut"]).lower()

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if text != storable(text):
            raise ValidationError(_("There is a character in this that cannot be kept."))
        try:
            demand_known(text, cards.own())
        except MontyError as error:
            raise ValidationError(error.detail) from error
        return text

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        home = {"owner": self.instance.owner, "team": fields.get("team"), "shortcut": fields.get("shortcut")}
        if SavedReply.objects.filter(**home).exclude(pk=self.instance.pk).exists():
            self.add_error("shortcut", _("There is a saved reply with this shortcut already."))
        kept = self.instance.files.count() - len(fields.get("drop_files") or ()) if self.instance.pk else 0
        if kept + len(fields.get("add_files") or ()) > MOST_FILES:
            self.add_error("add_files", _("At most %(number)s files.") % {"number": MOST_FILES})
        return fields

    def keep_files(self) -> None:
        if unwanted := self.cleaned_data.get("drop_files"):
            unwanted.discard()
        self.instance.attach(self.cleaned_data["add_files"])
