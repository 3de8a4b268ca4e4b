"""Forms of the admin: a product with its picture, its variants with prices as people write them, a CSV file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from monty.admin import NamedFields
from monty.errors import BadInput, MontyError
from orders import catalogue, money, pictures
from orders.models import Product, Variant


class ProductForm(forms.ModelForm):
    new_picture = forms.FileField(label=_("Picture"), required=False, help_text=_("Shown where it is sold."))
    no_picture = forms.BooleanField(label=_("Without a picture"), required=False)

    class Meta:
        model = Product
        fields = ["kind", "name", "description", "currency", "tax_rate", "active"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"]
        if code not in money.currencies():
            raise ValidationError(_("There is no such currency."))
        return code

    def clean_new_picture(self) -> tuple[bytes, bytes] | None:
        upload = self.cleaned_data["new_picture"]
        if not upload:
            return None
        try:
            return pictures.cut(upload)
        except MontyError as refused:
            raise ValidationError(str(refused.detail)) from refused

    def keep_picture(self) -> None:
        """What came along, or is to go, once the product has a row."""
        if self.cleaned_data["new_picture"]:
            pictures.put(self.instance, *self.cleaned_data["new_picture"])
        elif self.cleaned_data["no_picture"]:
            pictures.remove(self.instance)


class VariantForm(forms.ModelForm):
    """`written` is the price as people write it; the column has it in minor units."""

    written = forms.DecimalField(
        label=_("Price"), min_value=0, max_digits=18, widget=forms.TextInput(attrs={"size": 10, "inputmode": "decimal"})
    )

    class Meta:
        model = Variant
        fields = ["sku", "name", "written", "stock", "active", "position"]
        widgets = {"sku": forms.TextInput(attrs={"size": 14}), "name": forms.TextInput(attrs={"size": 16})}

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        # Orders take from it meanwhile: only a number that was typed takes its place.
        self.fields["stock"].show_hidden_initial = True
        if self.instance.pk:
            self.initial["written"] = money.as_decimal(self.instance.price, product.currency)

    def clean_written(self) -> Any:
        try:
            self.instance.price = money.in_units(self.cleaned_data["written"], self.product.currency, field="written")
        except MontyError as refused:
            raise ValidationError(str(refused.detail)) from refused
        return self.cleaned_data["written"]

    def save(self, commit: bool = True) -> Variant:
        """Of a row that is there only what was changed."""
        if not commit or self.instance.pk is None:
            return super().save(commit)
        columns = ["price" if name == "written" else name for name in self.changed_data]
        self.instance.save(update_fields=columns)
        return self.instance


class Variants(NamedFields):
    """They are priced in their product's currency; without one there is nothing to sell."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "product": self.instance}


class ImportForm(forms.Form):
    """A file, looked at; or what was looked at, to be kept."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(required=False, strip=False, max_length=catalogue.MOST_BYTES, widget=forms.HiddenInput)

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if not upload:
            return ""
        try:
            return catalogue.text_of(upload)
        except BadInput as refused:
            raise ValidationError(refused.detail) from refused

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        fields["text"] = fields.get("file") or fields.get("text", "")
        if not fields["text"] and not self.errors:
            raise ValidationError({"file": _("Choose a file.")})
        return fields
