"""Forms of the admin: a flow with its picture and files, a document as JSON."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from conversations import media
from flows.document import MOST_BYTES
from flows.models import Flow, FlowFile, FlowVersion
from flows.problems import of_shape
from monty.errors import MontyError


def checked(read: Any, upload: Any) -> Any:
    try:
        return read(upload)
    except MontyError as refused:
        raise ValidationError(str(refused.detail)) from refused


class FlowForm(forms.ModelForm):
    new_picture = forms.FileField(label=_("Picture"), required=False, help_text=_("Shown where a flow is chosen."))
    drop_picture = forms.BooleanField(label=_("Without a picture"), required=False)
    new_file = forms.FileField(
        label=_("Add a file"), required=False, help_text=_("Nodes that send messages know it by its id, shown below.")
    )

    class Meta:
        model = Flow
        fields = ["name", "key", "description", "channels"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "channels": forms.CheckboxSelectMultiple,
        }

    def clean_new_picture(self) -> bytes | None:
        upload = self.cleaned_data["new_picture"]
        return checked(media.portrait, upload.read()) if upload else None

    def clean_new_file(self) -> File | None:
        upload = self.cleaned_data["new_file"]
        return checked(media.checked, upload) if upload else None

    def keep_files(self) -> None:
        """What came along, once the flow has a row."""
        if self.cleaned_data["new_picture"] or self.cleaned_data["drop_picture"]:
            self.instance.keep_picture(self.cleaned_data["new_picture"] or b"")
        if self.cleaned_data["new_file"]:
            FlowFile.store(self.cleaned_data["new_file"], flow=self.instance)


class VersionForm(forms.ModelForm):
    """A draft's document: written here, or taken from a file."""

    text = forms.CharField(
        label=_("Document"), widget=forms.Textarea(attrs={"rows": 30, "class": "code", "spellcheck": "false"})
    )
    upload = forms.FileField(label=_("Import"), required=False, help_text=_("A JSON file takes the place of the text."))

    class Meta:
        model = FlowVersion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["text"] = written(self.instance.document)
        # A file makes the text beside it unnecessary.
        self.fields["text"].required = not self.files

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        upload = fields.get("upload")
        if upload is not None and upload.size > MOST_BYTES:
            raise ValidationError(
                {"upload": _t("The document is larger than %(limit)s KB.") % {"limit": MOST_BYTES // 1024}}
            )
        try:
            self.document = json.loads(upload.read() if upload is not None else fields.get("text", ""))
        except (ValueError, RecursionError) as error:
            raise ValidationError({"text": _t("This is no JSON: %(reason)s") % {"reason": error}}) from error
        if wrong := [each.text for each in of_shape(self.document)]:
            raise ValidationError({"text": wrong})
        return fields


def written(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
